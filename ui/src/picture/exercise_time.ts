/** Wall time to exercise time and back: the straight line of the exercise clock. */

import type { ClockState } from "../contracts";

/** Exercise time at a wall time at or after the clock's last change. */
export function exerciseTimeS(clock: ClockState, wall_s: number): number {
  if (!clock.running) return clock.exercise_at_s;
  return clock.exercise_at_s + (wall_s - clock.wall_at_s) * clock.rate;
}

/** Wall time at which an exercise time comes or came; null while the clock stands. */
export function wallTimeS(clock: ClockState, exercise_s: number): number | null {
  if (!clock.running) return null;
  return clock.wall_at_s + (exercise_s - clock.exercise_at_s) / clock.rate;
}
