/** Track labels: number, and speed under it, beside the tracks that matter. */

import { type Camera, screenX, screenY } from "../map/camera";
import { knots, trackLabel } from "../picture/words";
import { affiliationCss } from "./colours";
import { placeLabels } from "./declutter";
import type { Situation } from "./situation";

/** More labels than this are a wall of text, whatever fits. */
const LABELS_MAX = 150;
const LINE_PX = 11;
const FONT = "10.5px 'JetBrains Mono', monospace";
/** One fixed-pitch character of that font. */
const CHARACTER_PX = 6.3;
/** By affiliation code: who is labelled first where there is no room for all. */
const RANK = [5, 5, 3, 2, 6, 1, 0];

export function drawLabels(
  context: CanvasRenderingContext2D,
  situation: Situation,
  camera: Camera,
  ahead_s: number,
): void {
  const { picture, places, shown, priority, hookedRow } = situation;
  const { affiliation, track_number, v_east_m_per_s, v_north_m_per_s } = picture.columns;
  const labels = [];
  for (let row = 0; row < shown.length; row++) {
    if (!shown[row] || !priority[row]) continue;
    const x = screenX(camera, places.x[row] + places.vx[row] * ahead_s);
    const y = screenY(camera, places.y[row] + places.vy[row] * ahead_s);
    if (x < -20 || y < -20 || x > camera.width_px + 20 || y > camera.height_px + 20) continue;
    const name = trackLabel(track_number[row]);
    const speed = `${Math.round(knots(Math.hypot(v_east_m_per_s[row], v_north_m_per_s[row])))}kn`;
    const width = Math.max(name.length, speed.length) * CHARACTER_PX;
    const rank = row === hookedRow ? -1 : RANK[affiliation[row]];
    labels.push({ x, y, width, height: 2 * LINE_PX, name, speed, row, rank });
  }
  labels.sort((a, b) => a.rank - b.rank || a.row - b.row);
  context.font = FONT;
  context.textBaseline = "top";
  context.textAlign = "left";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = "rgba(6,14,24,0.85)";
  for (const { label, left, top } of placeLabels(labels, LABELS_MAX)) {
    const { name, speed, row } = labels[label];
    const x = Math.round(left);
    const y = Math.round(top);
    context.strokeText(name, x, y);
    context.strokeText(speed, x, y + LINE_PX);
    context.fillStyle = affiliationCss(affiliation[row]);
    context.fillText(name, x, y);
    context.fillStyle = "#c3d2e2";
    context.fillText(speed, x, y + LINE_PX);
  }
}
