/** Track history: where the tracks that matter have been, fading into the past. */

import { mercatorX, mercatorY } from "../map/camera";
import { pathOf } from "../picture/history";
import { affiliationRgba } from "./colours";
import type { Drawing } from "./drawing";
import type { Situation } from "./situation";

export function drawHistory(drawing: Drawing, situation: Situation): void {
  const { picture, history, places, shown, priority, hookedRow } = situation;
  for (let row = 0; row < shown.length; row++) {
    if (!shown[row] || !priority[row]) continue;
    const path = pathOf(history, picture.columns.track_number[row]);
    const affiliation = picture.columns.affiliation[row];
    const strongest = row === hookedRow ? 0.95 : 0.6;
    const points = path.length / 2;
    for (let k = 0; k < points; k++) {
      const x = mercatorX(path[2 * k + 1]);
      const y = mercatorY(path[2 * k]);
      const last = k === points - 1;
      const nextX = last ? places.x[row] : mercatorX(path[2 * k + 3]);
      const nextY = last ? places.y[row] : mercatorY(path[2 * k + 2]);
      const older = affiliationRgba(affiliation, (strongest * (k + 1)) / (points + 1));
      const newer = affiliationRgba(affiliation, (strongest * (k + 2)) / (points + 1));
      const step = nextX - x;
      drawing.addLine({ x, y, vx: 0, vy: 0 }, 0, 0, step - Math.round(step), nextY - y, 1.1, older, newer);
    }
  }
}
