/** Disputed self-reports: a dashed line from where a track is to where it claims to be. */

import { mercatorX, mercatorY } from "../map/camera";
import { CLAIM_RGB, rgba } from "./colours";
import type { Drawing } from "./drawing";
import type { Situation } from "./situation";

const DASHES = 15;
const CROSS_PX = 6;

export function drawClaims(drawing: Drawing, situation: Situation): void {
  const { picture, places, shown, world_per_px } = situation;
  const { claimed_lat_deg, claimed_lon_deg } = picture.columns;
  const colour = rgba(CLAIM_RGB, 0.9);
  for (let row = 0; row < shown.length; row++) {
    if (!shown[row] || Number.isNaN(claimed_lat_deg[row]) || Number.isNaN(claimed_lon_deg[row])) continue;
    const anchor = { x: places.x[row], y: places.y[row], vx: 0, vy: 0 };
    const ahead = mercatorX(claimed_lon_deg[row]) - anchor.x;
    const x = ahead - Math.round(ahead);
    const y = mercatorY(claimed_lat_deg[row]) - anchor.y;
    for (let k = 0; k < DASHES; k += 2) {
      const from = k / DASHES;
      const to = (k + 1) / DASHES;
      drawing.addLine(anchor, x * from, y * from, x * to, y * to, 1.3, colour, colour);
    }
    const arm = CROSS_PX * world_per_px;
    drawing.addLine(anchor, x - arm, y - arm, x + arm, y + arm, 1.8, colour, colour);
    drawing.addLine(anchor, x - arm, y + arm, x + arm, y - arm, 1.8, colour, colour);
  }
}
