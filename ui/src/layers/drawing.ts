/**
 * A display list: the lines and sprites of one moment, as arrays that a surface draws as they are.
 *
 * Places are in the world square of side 1, relative to an origin near the camera, so that 32-bit floats
 * are exact to a fraction of a pixel; they carry their velocity, and surfaces reckon them ahead. Layers
 * put things in; surfaces never look at a picture.
 */

import type { Rgba } from "./colours";

/** Symbol sizes, smallest first; each is a sheet of equal cells in the atlas, drawn in this order. */
export const SHEETS = ["dot", "small", "medium", "large"] as const;
export type Sheet = (typeof SHEETS)[number];

/** Floats per line: anchor x, y; velocity x, y; both ends relative to the anchor; width. */
export const LINE_FLOATS = 9;
/** Bytes of colour per line: red, green, blue, alpha at each end. */
export const LINE_COLOURS = 8;
/** Floats per sprite: x, y; velocity x, y; cell in the sheet; age at validity; strength 0 to 1. */
export const SPRITE_FLOATS = 7;
/** Past this nothing more is added: a picture that large is drawn by its symbols alone. */
const LINES_MAX = 200_000;

export interface Origin {
  readonly x: number;
  readonly y: number;
}

export interface Anchor {
  readonly x: number;
  readonly y: number;
  /** World sides per exercise second. */
  readonly vx: number;
  readonly vy: number;
}

export class Drawing {
  lines = new Float32Array(4096 * LINE_FLOATS);
  lineColours = new Uint8Array(4096 * LINE_COLOURS);
  lineCount = 0;
  readonly sprites: Record<Sheet, Float32Array> = {
    dot: new Float32Array(4096 * SPRITE_FLOATS),
    small: new Float32Array(4096 * SPRITE_FLOATS),
    medium: new Float32Array(1024 * SPRITE_FLOATS),
    large: new Float32Array(1024 * SPRITE_FLOATS),
  };
  readonly spriteCounts: Record<Sheet, number> = { dot: 0, small: 0, medium: 0, large: 0 };
  origin: Origin = { x: 0.5, y: 0.5 };

  clear(origin: Origin): void {
    this.origin = origin;
    this.lineCount = 0;
    for (const sheet of SHEETS) this.spriteCounts[sheet] = 0;
  }

  /** Add a line between two places given relative to a moving anchor, shading from one colour to the other. */
  addLine(
    anchor: Anchor,
    fromX: number,
    fromY: number,
    toX: number,
    toY: number,
    width_px: number,
    from: Rgba,
    to: Rgba,
  ): void {
    if (this.lineCount >= LINES_MAX) return;
    if ((this.lineCount + 1) * LINE_FLOATS > this.lines.length) {
      this.lines = grown(this.lines, Float32Array);
      this.lineColours = grown(this.lineColours, Uint8Array);
    }
    const { lines, lineColours, origin } = this;
    const at = this.lineCount * LINE_FLOATS;
    lines[at] = nearest(anchor.x - origin.x);
    lines[at + 1] = anchor.y - origin.y;
    lines[at + 2] = anchor.vx;
    lines[at + 3] = anchor.vy;
    lines[at + 4] = fromX;
    lines[at + 5] = fromY;
    lines[at + 6] = toX;
    lines[at + 7] = toY;
    lines[at + 8] = width_px;
    const colour = this.lineCount * LINE_COLOURS;
    for (let k = 0; k < 4; k++) {
      lineColours[colour + k] = from[k];
      lineColours[colour + 4 + k] = to[k];
    }
    this.lineCount++;
  }

  addSprite(
    sheet: Sheet,
    x: number,
    y: number,
    vx: number,
    vy: number,
    cell: number,
    age_s: number,
    strength: number,
  ): void {
    const at = this.spriteCounts[sheet] * SPRITE_FLOATS;
    if (at + SPRITE_FLOATS > this.sprites[sheet].length)
      this.sprites[sheet] = grown(this.sprites[sheet], Float32Array);
    const sprites = this.sprites[sheet];
    sprites[at] = nearest(x - this.origin.x);
    sprites[at + 1] = y - this.origin.y;
    sprites[at + 2] = vx;
    sprites[at + 3] = vy;
    sprites[at + 4] = cell;
    sprites[at + 5] = age_s;
    sprites[at + 6] = strength;
    this.spriteCounts[sheet]++;
  }
}

/** How strongly a sprite still shows when its newest contribution is this old: down to 40 % at five minutes. */
export function strengthAtAge(age_s: number): number {
  return 1 - 0.6 * Math.min(1, Math.max(0, (age_s - FADE_FROM_S) / (FADE_TO_S - FADE_FROM_S)));
}
export const FADE_FROM_S = 60;
export const FADE_TO_S = 300;

/** The same place in the copy of the world nearest to the origin. */
function nearest(x: number): number {
  return x - Math.round(x);
}

function grown<T extends Float32Array | Uint8Array>(array: T, kind: new (length: number) => T): T {
  const larger = new kind(array.length * 2);
  larger.set(array);
  return larger;
}
