/** The colours of affiliations (milsymbol's "Medium", lightened for lines and text) and of what is none. */

export type Rgba = readonly [number, number, number, number];

/** By affiliation code: pending, unknown, assumed friend, friend, neutral, suspect, hostile. */
const RGB: readonly (readonly [number, number, number])[] = [
  [255, 224, 120],
  [255, 224, 120],
  [140, 214, 255],
  [112, 208, 255],
  [118, 224, 152],
  [255, 176, 92],
  [255, 108, 108],
];

export const LOB_RGB = [255, 168, 42] as const;
export const CLAIM_RGB = [214, 148, 255] as const;
export const SENSOR_RGB = [150, 180, 205] as const;

export function affiliationRgba(affiliation: number, alpha: number): Rgba {
  const rgb = RGB[affiliation] ?? RGB[1];
  return [rgb[0], rgb[1], rgb[2], Math.round(alpha * 255)];
}

export function rgba(rgb: readonly [number, number, number], alpha: number): Rgba {
  return [rgb[0], rgb[1], rgb[2], Math.round(alpha * 255)];
}

export function css(colour: Rgba): string {
  return `rgba(${colour[0]},${colour[1]},${colour[2]},${(colour[3] / 255).toFixed(3)})`;
}

export function affiliationCss(affiliation: number): string {
  return css(affiliationRgba(affiliation, 1));
}
