/** Lines of bearing (LOB) that belong to no track yet: from the sensor outwards, fading with range. */

import { mercatorX, mercatorY } from "../map/camera";
import { LOB_RGB, rgba } from "./colours";
import type { Drawing } from "./drawing";
import type { Situation } from "./situation";

const EARTH_RADIUS_M = 6_371_008.8;
/** A bearing is a great circle; over 400 km of it eight chords are off by less than a pixel. */
const SEGMENTS = 8;
const FADE_S = 180;
/** So many are drawn at full strength. */
const FEW = 24;

export function drawBearings(drawing: Drawing, situation: Situation): void {
  const { lobs, valid_at_s } = situation.picture;
  const count = lobs.lob_lat_deg.length;
  // Many bearings are a fan, and where they cross says more than any one of them: each gets fainter.
  const share = Math.max(0.16, Math.min(1, Math.sqrt(FEW / count)));
  for (let row = 0; row < count; row++) {
    const age_s = Math.max(0, valid_at_s - lobs.lob_measured_at_s[row]);
    const strength = share * Math.max(0.25, 1 - age_s / FADE_S);
    const path = greatCircle(
      lobs.lob_lat_deg[row],
      lobs.lob_lon_deg[row],
      lobs.lob_bearing_rad[row],
      lobs.lob_range_max_m[row],
    );
    for (let k = 0; k < SEGMENTS; k++) {
      const anchor = { x: path[2 * k], y: path[2 * k + 1], vx: 0, vy: 0 };
      const x = path[2 * k + 2] - anchor.x;
      const y = path[2 * k + 3] - anchor.y;
      const near = strength * (1 - 0.75 * (k / SEGMENTS));
      const far = strength * (1 - 0.75 * ((k + 1) / SEGMENTS));
      if (count <= 4 * FEW)
        drawing.addLine(anchor, 0, 0, x, y, 5, rgba(LOB_RGB, near * 0.13), rgba(LOB_RGB, far * 0.13));
      drawing.addLine(anchor, 0, 0, x, y, 1.4, rgba(LOB_RGB, near * 0.85), rgba(LOB_RGB, far * 0.85));
    }
  }
}

/** World places along a great circle, x, y, x, y …; x runs on past the antimeridian. */
function greatCircle(lat_deg: number, lon_deg: number, bearing_rad: number, range_m: number): Float64Array {
  const path = new Float64Array(2 * (SEGMENTS + 1));
  const lat_rad = (lat_deg * Math.PI) / 180;
  for (let k = 0; k <= SEGMENTS; k++) {
    const angle = ((range_m / EARTH_RADIUS_M) * k) / SEGMENTS;
    const there = Math.asin(
      Math.sin(lat_rad) * Math.cos(angle) + Math.cos(lat_rad) * Math.sin(angle) * Math.cos(bearing_rad),
    );
    const turn = Math.atan2(
      Math.sin(bearing_rad) * Math.sin(angle) * Math.cos(lat_rad),
      Math.cos(angle) - Math.sin(lat_rad) * Math.sin(there),
    );
    path[2 * k] = mercatorX(lon_deg + (turn * 180) / Math.PI);
    path[2 * k + 1] = mercatorY((there * 180) / Math.PI);
  }
  return path;
}
