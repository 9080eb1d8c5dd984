/** Speed leaders: where a track will be in six minutes if it goes on as it does. */

import { affiliationRgba } from "./colours";
import type { Drawing } from "./drawing";
import type { Situation } from "./situation";

const LEADER_S = 360;
/** A leader shorter than this is hidden under its symbol. */
const LENGTH_PX_MIN = 9;

export function drawLeaders(drawing: Drawing, situation: Situation): void {
  const { picture, places, shown, priority, world_per_px } = situation;
  const crowded = situation.detail !== "medium";
  for (let row = 0; row < shown.length; row++) {
    if (!shown[row] || (crowded && !priority[row])) continue;
    const x = places.vx[row] * LEADER_S;
    const y = places.vy[row] * LEADER_S;
    if (Math.hypot(x, y) < LENGTH_PX_MIN * world_per_px) continue;
    const anchor = { x: places.x[row], y: places.y[row], vx: places.vx[row], vy: places.vy[row] };
    const alpha = priority[row] ? 0.95 : 0.5;
    const affiliation = picture.columns.affiliation[row];
    drawing.addLine(
      anchor,
      0,
      0,
      x,
      y,
      1.2,
      affiliationRgba(affiliation, alpha),
      affiliationRgba(affiliation, alpha * 0.7),
    );
  }
}
