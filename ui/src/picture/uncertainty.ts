/** The area of uncertainty (AOU): the 95 % ellipse of a track's position. */

export interface Ellipse {
  readonly semi_major_m: number;
  readonly semi_minor_m: number;
  /** Direction of the major axis, radians clockwise from north, 0 to π. */
  readonly bearing_rad: number;
}

/** Square root of the 95 % quantile of chi-square with two degrees of freedom, sqrt(-2 ln 0.05). */
export const SIGMA_95 = Math.sqrt(-2 * Math.log(0.05));

/**
 * Return the 95 % ellipse of a position covariance, from its eigenvalues in closed form.
 *
 * @param east_m2 variance east; north_m2 variance north; cross_m2 their covariance.
 * @returns null where the covariance is unknown or not positive.
 */
export function ellipse95(east_m2: number, cross_m2: number, north_m2: number): Ellipse | null {
  const mean = (east_m2 + north_m2) / 2;
  const spread = Math.hypot((east_m2 - north_m2) / 2, cross_m2);
  const least = mean - spread;
  if (!(least >= 0) || !(mean > 0) || !Number.isFinite(mean + spread)) return null;
  // Angle of the major axis from east, anticlockwise; a bearing runs the other way, from north.
  const angle_rad = 0.5 * Math.atan2(2 * cross_m2, east_m2 - north_m2);
  const bearing_rad = (Math.PI / 2 - angle_rad + Math.PI) % Math.PI;
  return {
    semi_major_m: SIGMA_95 * Math.sqrt(mean + spread),
    semi_minor_m: SIGMA_95 * Math.sqrt(least),
    bearing_rad,
  };
}

/** The ellipse of one row of the picture's covariance: (N, 10) upper triangle, east and north first. */
export function ellipseOfRow(covariance: Float32Array, row: number): Ellipse | null {
  const start = row * 10;
  return ellipse95(covariance[start], covariance[start + 1], covariance[start + 4]);
}
