import { expect, test } from "vitest";
import { ellipse95, SIGMA_95 } from "../../src/picture/uncertainty";

const DEGREE_RAD = Math.PI / 180;

/** Variances east and north, and covariance, of standard deviations along and across a bearing. */
function covarianceAlong(bearing_rad: number, along_m: number, across_m: number): [number, number, number] {
  const [s, c] = [Math.sin(bearing_rad), Math.cos(bearing_rad)];
  const [a, b] = [along_m ** 2, across_m ** 2];
  return [a * s * s + b * c * c, (a - b) * s * c, a * c * c + b * s * s];
}

test("95 % of a two-dimensional normal distribution is within 2.4477 standard deviations", () => {
  expect(SIGMA_95).toBeCloseTo(2.4477, 4);
});

test.each([0, 30, 45, 90, 120, 179])(
  "the major axis of an ellipse along %s degrees points there",
  (bearing_deg) => {
    const ellipse = ellipse95(...covarianceAlong(bearing_deg * DEGREE_RAD, 900, 200));

    expect(ellipse?.bearing_rad).toBeCloseTo(bearing_deg * DEGREE_RAD, 6);
  },
);

test("the axes are the standard deviations times the 95 % factor", () => {
  const ellipse = ellipse95(...covarianceAlong(1.1, 900, 200));

  expect(ellipse?.semi_major_m).toBeCloseTo(900 * SIGMA_95, 6);
  expect(ellipse?.semi_minor_m).toBeCloseTo(200 * SIGMA_95, 6);
});

test.each([
  ["unknown", Number.NaN, 0, 1],
  ["not positive", 1, 5, 1],
  ["infinite", Number.POSITIVE_INFINITY, 0, 1],
  ["nothing at all", 0, 0, 0],
])("a covariance that is %s has no ellipse", (_, east_m2, cross_m2, north_m2) => {
  expect(ellipse95(east_m2, cross_m2, north_m2)).toBeNull();
});
