/** What the layers look at: the picture, what was computed from it once, and what the user chose to see. */

import { mercatorX, mercatorY, worldPerMetre } from "../map/camera";
import { type Filter, shownRows } from "../picture/filter";
import type { History } from "../picture/history";
import { newestContributionS, type Picture, rowOf } from "../picture/picture";

export const LAYERS = [
  "aou",
  "lob",
  "history",
  "leaders",
  "labels",
  "sensors",
  "coverage",
  "alerts",
] as const;
export type LayerName = (typeof LAYERS)[number];

/** How much of a low-priority track is drawn; falls as more of them are in view. */
export type Detail = "dot" | "small" | "medium";

export interface Choices {
  readonly filter: Filter;
  readonly layers: Readonly<Record<LayerName, boolean>>;
  /** Track number, or null. */
  readonly hooked: number | null;
}

export interface Situation {
  readonly picture: Picture;
  readonly history: History;
  readonly choices: Choices;
  readonly detail: Detail;
  readonly places: Places;
  /** (N,) one where the filter lets the row through. */
  readonly shown: Uint8Array;
  /** (N,) one where a row is always drawn in full: friend, suspect, hostile, distrusted, alerted, hooked. */
  readonly priority: Uint8Array;
  readonly hookedRow: number;
  /** World sides per CSS pixel at which this was built, for what depends on the size on the screen. */
  readonly world_per_px: number;
}

/** Positions and velocities in the world square; computed once per picture. */
export interface Places {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly vx: Float64Array;
  readonly vy: Float64Array;
  /** Sides of the world per metre at each track's latitude. */
  readonly per_metre: Float64Array;
  /** Age of the newest contribution at the picture's time of validity. */
  readonly age_s: Float32Array;
}

export function placesOf(picture: Picture): Places {
  const { lat_deg, lon_deg, v_east_m_per_s, v_north_m_per_s } = picture.columns;
  const rows = lat_deg.length;
  const places = {
    x: new Float64Array(rows),
    y: new Float64Array(rows),
    vx: new Float64Array(rows),
    vy: new Float64Array(rows),
    per_metre: new Float64Array(rows),
    age_s: new Float32Array(rows),
  };
  for (let row = 0; row < rows; row++) {
    const scale = worldPerMetre(lat_deg[row]);
    places.x[row] = mercatorX(lon_deg[row]);
    places.y[row] = mercatorY(lat_deg[row]);
    places.vx[row] = v_east_m_per_s[row] * scale;
    places.vy[row] = -v_north_m_per_s[row] * scale;
    places.per_metre[row] = scale;
    places.age_s[row] = picture.valid_at_s - newestContributionS(picture.columns, row);
  }
  return places;
}

const HIGH_PRIORITY = [0, 0, 1, 1, 0, 1, 1];

export function situationOf(
  picture: Picture,
  places: Places,
  history: History,
  choices: Choices,
  detail: Detail,
  world_per_px: number,
): Situation {
  const { affiliation, track_number, trust_flags } = picture.columns;
  const shown = shownRows(picture, choices.filter);
  const priority = new Uint8Array(affiliation.length);
  for (let row = 0; row < priority.length; row++) {
    priority[row] = HIGH_PRIORITY[affiliation[row]] | (trust_flags[row] & ~GNSS_JAMMED ? 1 : 0);
  }
  const mark = (trackNumber: number | null | undefined): number => {
    const row = trackNumber == null ? -1 : rowOf(track_number, trackNumber);
    if (row >= 0) priority[row] = 1;
    return row;
  };
  for (const alert of picture.alerts) mark(alert.track_number);
  const hookedRow = mark(choices.hooked);
  // What one has hooked stays in view whatever the filter says.
  if (hookedRow >= 0) shown[hookedRow] = 1;
  return { picture, history, choices, detail, places, shown, priority, hookedRow, world_per_px };
}

/** A jammed area flags whole crowds of neutral traffic; that alone does not make a track important. */
const GNSS_JAMMED = 4;
