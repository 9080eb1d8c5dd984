import { expect, test } from "vitest";
import { quantile, sensorToGlass } from "../../src/picture/lag";
import { apply, type Picture } from "../../src/picture/picture";
import { aFrame } from "../frames";

const CLOCK = {
  exercise: "corridor",
  kind: "clock/1",
  startex_s: 0,
  wall_at_s: 5000,
  exercise_at_s: 1000,
  rate: 2,
  running: true,
  revision: 1,
  run: 1,
} as const;
const NONE = Number.NaN;

/** Valid from 970 to 1000 s, with tracks whose newest contributions were measured then. */
function measuredAt(...times_s: number[]): Picture {
  const columns = {
    track_number: times_s.map((_, k) => k + 1),
    last_contribution_s: times_s.flatMap((at_s) => [NONE, at_s, NONE, NONE]),
  };
  const result = apply(null, aFrame({ columns }));
  if (result.outcome !== "applied") throw new Error(result.reason);
  return result.picture;
}

test("lag is presented wall time minus measured wall time, at the exercise's rate", () => {
  const lag = sensorToGlass(measuredAt(980), CLOCK, 5001);

  // 980 s of exercise was 20 s before the anchor, 10 s of wall time at twice the rate.
  expect(lag).toEqual({ p50_s: 11, p95_s: 11, samples: 1 });
});

test("what was measured before this cycle says nothing about its lag", () => {
  expect(sensorToGlass(measuredAt(960, NONE), CLOCK, 5001)).toBeNull();
});

test("while the clock stands there is no lag", () => {
  expect(sensorToGlass(measuredAt(980), { ...CLOCK, running: false }, 5001)).toBeNull();
});

test("quantiles are linear between neighbours", () => {
  expect([quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 1), quantile([7], 0.95)]).toEqual([2.5, 4, 7]);
});
