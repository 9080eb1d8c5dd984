/**
 * Sensor to glass: how old each new contribution was when the frame that shows it was on the screen.
 *
 * One sample per track whose newest contribution was measured in the picture's own cycle. The clock
 * between exercise time and wall time is the exercise's; while it stands there is no such lag.
 */

import type { ClockState } from "../contracts";
import { wallTimeS } from "./exercise_time";
import { newestContributionS, type Picture } from "./picture";

export interface Lag {
  readonly p50_s: number;
  readonly p95_s: number;
  readonly samples: number;
}

export function sensorToGlass(picture: Picture, clock: ClockState, presented_at_s: number): Lag | null {
  const rows = picture.columns.track_number.length;
  const lags = new Float64Array(rows);
  let samples = 0;
  for (let row = 0; row < rows; row++) {
    const measured_s = newestContributionS(picture.columns, row);
    if (!(measured_s > picture.valid_from_s)) continue;
    const measuredWall_s = wallTimeS(clock, measured_s);
    if (measuredWall_s !== null) lags[samples++] = presented_at_s - measuredWall_s;
  }
  if (samples === 0) return null;
  const sorted = lags.subarray(0, samples).sort();
  return { p50_s: quantile(sorted, 0.5), p95_s: quantile(sorted, 0.95), samples };
}

/** Quantile of sorted values, linear between neighbours. */
export function quantile(sorted: ArrayLike<number>, fraction: number): number {
  const place = fraction * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}
