/** Where the tracks are: the box that holds nearly all of them. */

import type { Picture } from "./picture";

export interface Extent {
  readonly south_deg: number;
  readonly north_deg: number;
  readonly west_deg: number;
  /** East of `west_deg`, past 180 where the box crosses the antimeridian. */
  readonly east_deg: number;
}

/** Outliers (a forged report, a track about to be dropped) must not decide what the map shows. */
const OUTLIERS = 0.02;

/** Return the box of the middle 96 % of tracks in each direction; null where there are none. */
export function extentOf(picture: Picture): Extent | null {
  const { lat_deg, lon_deg } = picture.columns;
  if (lat_deg.length === 0) return null;
  // Longitudes are compared as seen from one of the tracks, where nothing wraps.
  const from_deg = lon_deg[0];
  const ahead = Float64Array.from(lon_deg, (lon) => ((lon - from_deg + 540) % 360) - 180).sort();
  const lats = lat_deg.slice().sort();
  const low = Math.floor(OUTLIERS * (lats.length - 1));
  const high = Math.ceil((1 - OUTLIERS) * (lats.length - 1));
  return {
    south_deg: lats[low],
    north_deg: lats[high],
    west_deg: from_deg + ahead[low],
    east_deg: from_deg + ahead[high],
  };
}
