/** Where the map looks, and the Web Mercator arithmetic between the Earth and the screen. */

/** Mercator is unbounded at the poles; MapLibre stops here, and so do we. */
const LATITUDE_MAX_DEG = 85.051129;
const EARTH_CIRCUMFERENCE_M = 2 * Math.PI * 6_378_137;

/** The world is a square of side 1: x from the antimeridian eastwards, y from the north downwards. */
export interface Camera {
  readonly centre_x: number;
  readonly centre_y: number;
  /** Side of the whole world in CSS pixels. */
  readonly world_px: number;
  readonly width_px: number;
  readonly height_px: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

export function mercatorX(lon_deg: number): number {
  return lon_deg / 360 + 0.5;
}

export function mercatorY(lat_deg: number): number {
  const clamped = Math.max(-LATITUDE_MAX_DEG, Math.min(LATITUDE_MAX_DEG, lat_deg));
  const lat_rad = (clamped * Math.PI) / 180;
  return 0.5 - Math.asinh(Math.tan(lat_rad)) / (2 * Math.PI);
}

export function lonDeg(x: number): number {
  return (((((x - 0.5) * 360 + 180) % 360) + 360) % 360) - 180;
}

export function latDeg(y: number): number {
  return (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;
}

/** How much of the world's side one metre is at a latitude. */
export function worldPerMetre(lat_deg: number): number {
  return 1 / (EARTH_CIRCUMFERENCE_M * Math.cos((Math.min(85, Math.abs(lat_deg)) * Math.PI) / 180));
}

/** Horizontal screen place, in whichever copy of the world is nearest to the middle of the map. */
export function screenX(camera: Camera, x: number): number {
  const ahead = x - camera.centre_x;
  return (ahead - Math.round(ahead)) * camera.world_px + camera.width_px / 2;
}

export function screenY(camera: Camera, y: number): number {
  return (y - camera.centre_y) * camera.world_px + camera.height_px / 2;
}

export function worldX(camera: Camera, x_px: number): number {
  return camera.centre_x + (x_px - camera.width_px / 2) / camera.world_px;
}

export function worldY(camera: Camera, y_px: number): number {
  return camera.centre_y + (y_px - camera.height_px / 2) / camera.world_px;
}

export function sameCamera(a: Camera | null, b: Camera): boolean {
  return (
    a !== null &&
    a.centre_x === b.centre_x &&
    a.centre_y === b.centre_y &&
    a.world_px === b.world_px &&
    a.width_px === b.width_px &&
    a.height_px === b.height_px &&
    a.ratio === b.ratio
  );
}
