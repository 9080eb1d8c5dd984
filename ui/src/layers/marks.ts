/** Marks over the symbols: the hook's bracket, the track under the pointer, alerts, sensors. */

import { type Camera, mercatorX, mercatorY, screenX, screenY } from "../map/camera";
import { trackLabel } from "../picture/words";
import { affiliationCss, css, rgba, SENSOR_RGB } from "./colours";
import type { Situation } from "./situation";

const BRACKET_PX = 20;
const SEVERITY_CSS = { info: "#8fc7ff", warning: "#ffc857", critical: "#ff5a5f" } as const;

/** White corners around the hooked track. */
export function drawHook(
  context: CanvasRenderingContext2D,
  situation: Situation,
  camera: Camera,
  ahead_s: number,
): void {
  if (situation.hookedRow < 0) return;
  const [x, y] = screenOfRow(situation, situation.hookedRow, camera, ahead_s);
  context.lineWidth = 2;
  for (const [colour, grow] of [
    ["rgba(4,10,18,0.8)", 2],
    ["#ffffff", 0],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = 2 + grow;
    context.beginPath();
    for (const [sx, sy] of [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ]) {
      context.moveTo(x + sx * BRACKET_PX, y + sy * (BRACKET_PX - 9));
      context.lineTo(x + sx * BRACKET_PX, y + sy * BRACKET_PX);
      context.lineTo(x + sx * (BRACKET_PX - 9), y + sy * BRACKET_PX);
    }
    context.stroke();
  }
}

/** A ring around the track under the pointer, and its number where it has no label of its own. */
export function drawHover(
  context: CanvasRenderingContext2D,
  situation: Situation,
  camera: Camera,
  ahead_s: number,
  row: number,
): void {
  if (row < 0 || row === situation.hookedRow) return;
  const [x, y] = screenOfRow(situation, row, camera, ahead_s);
  context.lineWidth = 1.5;
  context.strokeStyle = "rgba(255,255,255,0.85)";
  context.beginPath();
  context.arc(x, y, 15, 0, 2 * Math.PI);
  context.stroke();
  if (situation.priority[row]) return;
  const { track_number, affiliation } = situation.picture.columns;
  context.font = "10.5px 'JetBrains Mono', monospace";
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = "rgba(6,14,24,0.9)";
  context.strokeText(trackLabel(track_number[row]), x + 19, y);
  context.fillStyle = affiliationCss(affiliation[row]);
  context.fillText(trackLabel(track_number[row]), x + 19, y);
}

/** A tab with an exclamation mark above each alerted track or place; never colour alone. */
export function drawAlerts(
  context: CanvasRenderingContext2D,
  situation: Situation,
  camera: Camera,
  ahead_s: number,
  rowOfTrack: (trackNumber: number) => number,
): void {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = "700 10px Inter, sans-serif";
  for (const alert of situation.picture.alerts) {
    const row = alert.track_number == null ? -1 : rowOfTrack(alert.track_number);
    const placed = row >= 0 && situation.shown[row];
    if (!placed && (alert.lat_deg == null || alert.lon_deg == null)) continue;
    const [x, y] = placed
      ? screenOfRow(situation, row, camera, ahead_s)
      : [screenX(camera, mercatorX(alert.lon_deg ?? 0)), screenY(camera, mercatorY(alert.lat_deg ?? 0))];
    if (x < 0 || y < 0 || x > camera.width_px || y > camera.height_px) continue;
    const top = Math.round(y) - 30;
    const middle = Math.round(x);
    context.fillStyle = SEVERITY_CSS[alert.severity];
    context.strokeStyle = "rgba(4,10,18,0.85)";
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(middle - 6, top);
    context.lineTo(middle + 6, top);
    context.lineTo(middle + 6, top + 12);
    context.lineTo(middle, top + 17);
    context.lineTo(middle - 6, top + 12);
    context.closePath();
    context.fill();
    context.stroke();
    context.fillStyle = "#08111c";
    context.fillText("!", middle, top + 7);
  }
}

/** Sensors: a mast for radar, an aerial's diamond for SIGINT, a square for cyber; hollow when distrusted. */
export function drawSensors(context: CanvasRenderingContext2D, situation: Situation, camera: Camera): void {
  context.font = "9px 'JetBrains Mono', monospace";
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const sensor of situation.picture.sensors) {
    if (sensor.lat_deg == null || sensor.lon_deg == null) continue;
    const x = Math.round(screenX(camera, mercatorX(sensor.lon_deg)));
    const y = Math.round(screenY(camera, mercatorY(sensor.lat_deg)));
    if (x < 0 || y < 0 || x > camera.width_px || y > camera.height_px) continue;
    const harmed = sensor.trust < 0.9 || sensor.effect !== "none";
    const colour = harmed ? SEVERITY_CSS.warning : css(rgba(SENSOR_RGB, 0.95));
    context.beginPath();
    switch (sensor.discipline) {
      case "radar":
        context.moveTo(x, y + 5);
        context.lineTo(x, y);
        context.moveTo(x + 4, y - 4);
        context.arc(x, y - 4, 5, 0, Math.PI);
        break;
      case "sigint":
        context.moveTo(x, y - 5);
        context.lineTo(x + 5, y);
        context.lineTo(x, y + 5);
        context.lineTo(x - 5, y);
        context.closePath();
        break;
      case "cyber":
        context.rect(x - 4, y - 4, 8, 8);
        break;
      default:
        sensor.discipline satisfies never;
    }
    context.lineWidth = 4;
    context.strokeStyle = "rgba(4,10,18,0.7)";
    context.stroke();
    context.lineWidth = 1.6;
    context.strokeStyle = colour;
    context.stroke();
    if (harmed) {
      context.fillStyle = colour;
      context.fillText(sensor.effect === "none" ? "TRUST" : sensor.effect.toUpperCase(), x + 9, y);
    }
  }
}

export function screenOfRow(
  situation: Situation,
  row: number,
  camera: Camera,
  ahead_s: number,
): readonly [number, number] {
  const { places } = situation;
  return [
    Math.round(screenX(camera, places.x[row] + places.vx[row] * ahead_s)),
    Math.round(screenY(camera, places.y[row] + places.vy[row] * ahead_s)),
  ];
}
