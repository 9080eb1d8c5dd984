import { expect, test } from "vitest";
import { exerciseTimeS, wallTimeS } from "../../src/picture/exercise_time";

const RUNNING = {
  exercise: "corridor",
  kind: "clock/1",
  startex_s: 900,
  wall_at_s: 5000,
  exercise_at_s: 1000,
  rate: 4,
  running: true,
  revision: 1,
  run: 1,
} as const;

test("exercise time runs at the clock's rate", () => {
  expect(exerciseTimeS(RUNNING, 5010)).toBe(1040);
});

test("a clock that stands keeps its time, and no later time ever comes", () => {
  const standing = { ...RUNNING, running: false };

  expect(exerciseTimeS(standing, 9999)).toBe(1000);
  expect(wallTimeS(standing, 1040)).toBeNull();
});

test("wall time is the way back", () => {
  expect(wallTimeS(RUNNING, exerciseTimeS(RUNNING, 5013))).toBe(5013);
});
