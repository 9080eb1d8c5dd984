import { expect, test } from "vitest";
import { extentOf } from "../../src/picture/extent";
import { apply, type Picture } from "../../src/picture/picture";
import { aFrame } from "../frames";

function tracksAt(lat_deg: number[], lon_deg: number[]): Picture {
  const columns = { track_number: lat_deg.map((_, k) => k), lat_deg, lon_deg };
  const result = apply(null, aFrame({ columns }));
  if (result.outcome !== "applied") throw new Error(result.reason);
  return result.picture;
}

test("the extent holds the tracks", () => {
  expect(extentOf(tracksAt([10, 30, 20], [120, 140, 130]))).toEqual({
    south_deg: 10,
    north_deg: 30,
    west_deg: 120,
    east_deg: 140,
  });
});

test("across the antimeridian it is narrow, not the whole world", () => {
  const extent = extentOf(tracksAt([0, 0], [179, -179]));

  expect([extent?.west_deg, extent?.east_deg]).toEqual([179, 181]);
});

test("one track far away does not decide", () => {
  const crowd = Array.from({ length: 99 }, (_, k) => 30 + k / 100);

  expect(extentOf(tracksAt([...crowd, -60], [...crowd, 30]))?.south_deg).toBeGreaterThan(29);
});

test("an empty picture has no extent", () => {
  expect(extentOf(tracksAt([], []))).toBeNull();
});
