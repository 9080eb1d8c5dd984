import { expect, test } from "vitest";
import { latDeg, lonDeg, mercatorX, mercatorY, screenX, worldPerMetre, worldX } from "../../src/map/camera";

const CAMERA = {
  centre_x: mercatorX(179),
  centre_y: 0.5,
  world_px: 36_000,
  width_px: 800,
  height_px: 600,
  ratio: 1,
};
const PIXEL = 1e-6;

test.each([0, 34.5, -60, 85])("latitude %s comes back from the projection", (lat_deg) => {
  expect(latDeg(mercatorY(lat_deg))).toBeCloseTo(lat_deg, 9);
});

test("45 degrees north is where Mercator's formula puts it", () => {
  // Snyder, Map Projections (1987), equation 7-2: y = ln tan(45° + lat / 2).
  const wanted = 0.5 - Math.log(Math.tan(Math.PI / 4 + Math.PI / 8)) / (2 * Math.PI);

  expect(mercatorY(45)).toBeCloseTo(wanted, 12);
});

test("a track across the antimeridian is drawn beside its neighbour", () => {
  // Two degrees of 36,000 pixels around the world are 200 pixels.
  expect(Math.abs(screenX(CAMERA, mercatorX(-179)) - screenX(CAMERA, mercatorX(179)) - 200)).toBeLessThan(
    PIXEL,
  );
});

test("a place on the screen is found again on the Earth", () => {
  expect(lonDeg(worldX(CAMERA, 600))).toBeCloseTo(-179, 9);
});

test("a metre is larger on the map the farther it is from the equator", () => {
  expect(worldPerMetre(60) / worldPerMetre(0)).toBeCloseTo(2, 9);
});
