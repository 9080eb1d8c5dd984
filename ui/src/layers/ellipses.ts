/** Areas of uncertainty: the 95 % ellipse of each track that matters, and of others when there is room. */

import { ellipseOfRow } from "../picture/uncertainty";
import { affiliationRgba } from "./colours";
import type { Drawing } from "./drawing";
import type { Situation } from "./situation";

const SEGMENTS = 32;
/** An ellipse smaller than the symbol says nothing. */
const SEMI_MAJOR_PX_MIN = 7;

export function drawEllipses(drawing: Drawing, situation: Situation): void {
  const { picture, places, shown, priority, world_per_px, hookedRow } = situation;
  const everyone = situation.detail === "medium";
  for (let row = 0; row < shown.length; row++) {
    if (!shown[row] || !(everyone || priority[row])) continue;
    const ellipse = ellipseOfRow(picture.columns.covariance, row);
    const scale = places.per_metre[row];
    if (ellipse === null || ellipse.semi_major_m * scale < SEMI_MAJOR_PX_MIN * world_per_px) continue;
    const anchor = { x: places.x[row], y: places.y[row], vx: places.vx[row], vy: places.vy[row] };
    const colour = affiliationRgba(
      picture.columns.affiliation[row],
      row === hookedRow ? 1 : priority[row] ? 0.75 : 0.4,
    );
    const alongX = Math.sin(ellipse.bearing_rad) * ellipse.semi_major_m * scale;
    const alongY = -Math.cos(ellipse.bearing_rad) * ellipse.semi_major_m * scale;
    const acrossX = Math.cos(ellipse.bearing_rad) * ellipse.semi_minor_m * scale;
    const acrossY = Math.sin(ellipse.bearing_rad) * ellipse.semi_minor_m * scale;
    let x = alongX;
    let y = alongY;
    for (let k = 1; k <= SEGMENTS; k++) {
      const cos = Math.cos((2 * Math.PI * k) / SEGMENTS);
      const sin = Math.sin((2 * Math.PI * k) / SEGMENTS);
      const nextX = alongX * cos + acrossX * sin;
      const nextY = alongY * cos + acrossY * sin;
      drawing.addLine(anchor, x, y, nextX, nextY, row === hookedRow ? 1.8 : 1.3, colour, colour);
      x = nextX;
      y = nextY;
    }
  }
}
