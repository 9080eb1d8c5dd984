/** The slow surface, for browsers without WebGL2: the same display list on a 2-D canvas. */

import type { Camera } from "../map/camera";
import { type Atlas, COLUMNS } from "./atlas";
import { css, type Rgba } from "./colours";
import { Drawing, LINE_COLOURS, LINE_FLOATS, SHEETS, SPRITE_FLOATS, strengthAtAge } from "./drawing";
import type { Surface } from "./surface";

export function addCanvasSurface(container: HTMLElement): Surface {
  const canvas = document.createElement("canvas");
  canvas.className = "layer";
  canvas.setAttribute("aria-hidden", "true");
  container.append(canvas);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("wanted WebGL2 or a 2-D canvas, got neither");
  let loaded: Drawing = new Drawing();
  let symbols: Atlas | null = null;

  const render = (camera: Camera, ahead_s: number): void => {
    canvas.width = Math.round(camera.width_px * camera.ratio);
    canvas.height = Math.round(camera.height_px * camera.ratio);
    context.setTransform(camera.ratio, 0, 0, camera.ratio, 0, 0);
    drawLines(context, loaded, camera, ahead_s);
    if (symbols !== null) drawSprites(context, loaded, symbols, camera, ahead_s);
  };

  return {
    kind: "canvas",
    software: true,
    load(drawing, atlas) {
      // The stage reuses its list, so a copy is kept.
      loaded = Object.assign(new Drawing(), {
        ...drawing,
        lines: drawing.lines.slice(0, drawing.lineCount * LINE_FLOATS),
        lineColours: drawing.lineColours.slice(0, drawing.lineCount * LINE_COLOURS),
        sprites: Object.fromEntries(
          SHEETS.map((sheet) => [
            sheet,
            drawing.sprites[sheet].slice(0, drawing.spriteCounts[sheet] * SPRITE_FLOATS),
          ]),
        ),
        spriteCounts: { ...drawing.spriteCounts },
      });
      symbols = atlas;
    },
    render,
    remove() {
      canvas.remove();
    },
  };
}

function drawLines(
  context: CanvasRenderingContext2D,
  drawing: Drawing,
  camera: Camera,
  ahead_s: number,
): void {
  const { lines, lineColours } = drawing;
  for (let line = 0; line < drawing.lineCount; line++) {
    const at = line * LINE_FLOATS;
    const [x, y] = toScreen(drawing, camera, lines, at, ahead_s);
    const fromX = x + lines[at + 4] * camera.world_px;
    const fromY = y + lines[at + 5] * camera.world_px;
    const toX = x + lines[at + 6] * camera.world_px;
    const toY = y + lines[at + 7] * camera.world_px;
    const outside =
      Math.max(fromX, toX) < 0 ||
      Math.min(fromX, toX) > camera.width_px ||
      Math.max(fromY, toY) < 0 ||
      Math.min(fromY, toY) > camera.height_px;
    if (outside) continue;
    const colour = line * LINE_COLOURS;
    // One colour per piece: gradients are dear here, and pieces are short.
    const middle = [0, 1, 2, 3].map((k) => (lineColours[colour + k] + lineColours[colour + 4 + k]) / 2);
    context.strokeStyle = css(middle as unknown as Rgba);
    context.lineWidth = lines[at + 8];
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    context.stroke();
  }
}

function drawSprites(
  context: CanvasRenderingContext2D,
  drawing: Drawing,
  atlas: Atlas,
  camera: Camera,
  ahead_s: number,
): void {
  for (const sheet of SHEETS) {
    const { canvas, cell_px } = atlas.images[sheet];
    const side = cell_px * atlas.ratio;
    const sprites = drawing.sprites[sheet];
    for (let sprite = 0; sprite < drawing.spriteCounts[sheet]; sprite++) {
      const at = sprite * SPRITE_FLOATS;
      const [x, y] = toScreen(drawing, camera, sprites, at, ahead_s);
      if (x < -cell_px || y < -cell_px || x > camera.width_px + cell_px || y > camera.height_px + cell_px)
        continue;
      const cell = sprites[at + 4];
      context.globalAlpha = sprites[at + 6] * strengthAtAge(sprites[at + 5] + ahead_s);
      context.drawImage(
        canvas,
        (cell % COLUMNS) * side,
        Math.floor(cell / COLUMNS) * side,
        side,
        side,
        Math.round(x - cell_px / 2),
        Math.round(y - cell_px / 2),
        cell_px,
        cell_px,
      );
    }
  }
  context.globalAlpha = 1;
}

function toScreen(
  drawing: Drawing,
  camera: Camera,
  values: Float32Array,
  at: number,
  ahead_s: number,
): readonly [number, number] {
  const dx = values[at] + values[at + 2] * ahead_s - (camera.centre_x - drawing.origin.x);
  const dy = values[at + 1] + values[at + 3] * ahead_s - (camera.centre_y - drawing.origin.y);
  return [
    (dx - Math.round(dx)) * camera.world_px + camera.width_px / 2,
    dy * camera.world_px + camera.height_px / 2,
  ];
}
