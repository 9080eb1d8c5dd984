/** Where tracks have been: the positions of the last pictures, kept small, joined by track number. */

import { type Picture, rowOf } from "./picture";

interface Sample {
  readonly valid_at_s: number;
  readonly track_number: Uint32Array;
  readonly lat_deg: Float32Array;
  readonly lon_deg: Float32Array;
}

export interface History {
  readonly scope: string;
  readonly exercise: string;
  /** Oldest first. */
  readonly samples: readonly Sample[];
}

/** Forty samples of 10,000 tracks are 5 MB and, at 30 s, twenty minutes. */
const SAMPLES_MAX = 40;
/** Fast cycles are thinned out, so that a history is minutes long and not seconds. */
const SPACING_S = 15;

export const NO_HISTORY: History = { scope: "", exercise: "", samples: [] };

/** Keep the positions of one more picture; another scope or an earlier time begins anew. */
export function remember(history: History, picture: Picture): History {
  const same = history.scope === picture.scope && history.exercise === picture.exercise;
  const last = history.samples.at(-1);
  const kept = same && last !== undefined && picture.valid_at_s >= last.valid_at_s ? history.samples : [];
  const newest = kept.at(-1);
  if (newest !== undefined && picture.valid_at_s - newest.valid_at_s < SPACING_S) return history;
  const sample: Sample = {
    valid_at_s: picture.valid_at_s,
    track_number: picture.columns.track_number.slice(),
    lat_deg: Float32Array.from(picture.columns.lat_deg),
    lon_deg: Float32Array.from(picture.columns.lon_deg),
  };
  return {
    scope: picture.scope,
    exercise: picture.exercise,
    samples: [...kept, sample].slice(-SAMPLES_MAX),
  };
}

/** Past positions of a track as lat, lon, lat, lon …, oldest first. */
export function pathOf(history: History, trackNumber: number): number[] {
  const path: number[] = [];
  for (const sample of history.samples) {
    const row = rowOf(sample.track_number, trackNumber);
    if (row >= 0) path.push(sample.lat_deg[row], sample.lon_deg[row]);
  }
  return path;
}
