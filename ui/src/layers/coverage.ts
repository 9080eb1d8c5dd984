/** Sensor coverage: how far each sensor says it reaches. */

import { mercatorX, mercatorY, worldPerMetre } from "../map/camera";
import { rgba, SENSOR_RGB } from "./colours";
import type { Drawing } from "./drawing";
import type { Situation } from "./situation";

const SEGMENTS = 72;

export function drawCoverage(drawing: Drawing, situation: Situation): void {
  const colour = rgba(SENSOR_RGB, 0.38);
  for (const sensor of situation.picture.sensors) {
    const { lat_deg, lon_deg, range_max_m } = sensor;
    if (lat_deg == null || lon_deg == null || range_max_m == null) continue;
    const radius = range_max_m * worldPerMetre(lat_deg);
    const anchor = { x: mercatorX(lon_deg), y: mercatorY(lat_deg), vx: 0, vy: 0 };
    for (let k = 0; k < SEGMENTS; k++) {
      const from = (2 * Math.PI * k) / SEGMENTS;
      const to = (2 * Math.PI * (k + 1)) / SEGMENTS;
      const [x, y] = [Math.cos(from) * radius, Math.sin(from) * radius];
      drawing.addLine(anchor, x, y, Math.cos(to) * radius, Math.sin(to) * radius, 1, colour, colour);
    }
  }
}
