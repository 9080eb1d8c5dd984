/**
 * The symbol atlas: each (symbol, size) drawn once into a cell of its sheet, then copied as often as needed.
 *
 * The cells of a sheet are squares of one size in rows of sixteen; a sheet grows downwards. At its
 * bound the last cell stands for every further symbol.
 */

import { affiliationCss } from "./colours";
import { SHEETS, type Sheet } from "./drawing";
import { drawSymbol } from "./symbology";

export const COLUMNS = 16;
const CELLS_MAX = 512;
/** CSS pixels: side of a cell, and milsymbol's size of the symbol in it. Sides are even, so that middles fall on pixels. */
const SIZES: Readonly<Record<Sheet, { readonly cell_px: number; readonly symbol_px: number }>> = {
  dot: { cell_px: 8, symbol_px: 0 },
  small: { cell_px: 12, symbol_px: 7 },
  medium: { cell_px: 20, symbol_px: 11 },
  large: { cell_px: 40, symbol_px: 20 },
};

export interface SheetImage {
  readonly canvas: HTMLCanvasElement;
  /** Side of a cell in CSS pixels. */
  readonly cell_px: number;
  /** Counts changes, so that a surface knows when to load it anew. */
  revision: number;
}

export class Atlas {
  readonly images: Readonly<Record<Sheet, SheetImage>>;
  private readonly cells: Record<Sheet, Map<string, number>>;

  constructor(readonly ratio: number) {
    const image = (sheet: Sheet): SheetImage => {
      const canvas = document.createElement("canvas");
      canvas.width = COLUMNS * SIZES[sheet].cell_px * ratio;
      canvas.height = 2 * SIZES[sheet].cell_px * ratio;
      return { canvas, cell_px: SIZES[sheet].cell_px, revision: 0 };
    };
    this.images = {
      dot: image("dot"),
      small: image("small"),
      medium: image("medium"),
      large: image("large"),
    };
    this.cells = { dot: new Map(), small: new Map(), medium: new Map(), large: new Map() };
    for (let affiliation = 0; affiliation < 7; affiliation++) this.drawDot(affiliation);
  }

  /** The cell of a symbol in a sheet; drawn now if it never was. */
  cellOf(sheet: Sheet, sidc: string): number {
    const cells = this.cells[sheet];
    const known = cells.get(sidc);
    if (known !== undefined) return known;
    const cell = Math.min(cells.size, CELLS_MAX - 1);
    cells.set(sidc, cell);
    const symbol = drawSymbol(sidc, SIZES[sheet].symbol_px, this.ratio);
    this.drawInto(sheet, cell, (context, middleX, middleY) => {
      context.drawImage(
        symbol.canvas,
        Math.round(middleX - symbol.anchor_x),
        Math.round(middleY - symbol.anchor_y),
      );
    });
    return cell;
  }

  get sheets(): readonly Sheet[] {
    return SHEETS;
  }

  /** Dots keep the outline of their affiliation's frame, because colour never carries a meaning alone. */
  private drawDot(affiliation: number): void {
    this.drawInto("dot", affiliation, (context, x, y, ratio) => {
      const path = new Path2D();
      const r = 2.6 * ratio;
      if (affiliation === 4) path.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7);
      else if (affiliation === 2 || affiliation === 3) path.arc(x, y, r, 0, 2 * Math.PI);
      else if (affiliation >= 5) {
        path.moveTo(x, y - r * 1.25);
        path.lineTo(x + r * 1.25, y);
        path.lineTo(x, y + r * 1.25);
        path.lineTo(x - r * 1.25, y);
      } else {
        for (const [dx, dy] of [
          [0.45, 0],
          [-0.45, 0],
          [0, 0.45],
          [0, -0.45],
        ]) {
          path.moveTo(x + dx * r + r * 0.55, y + dy * r);
          path.arc(x + dx * r, y + dy * r, r * 0.55, 0, 2 * Math.PI);
        }
      }
      path.closePath();
      context.lineWidth = 1.6 * ratio;
      context.strokeStyle = "rgba(4,10,18,0.7)";
      context.stroke(path);
      context.fillStyle = affiliationCss(affiliation);
      context.fill(path);
    });
  }

  private drawInto(
    sheet: Sheet,
    cell: number,
    draw: (context: CanvasRenderingContext2D, middleX: number, middleY: number, ratio: number) => void,
  ): void {
    const image = this.images[sheet];
    const side = image.cell_px * this.ratio;
    const row = Math.floor(cell / COLUMNS);
    if ((row + 1) * side > image.canvas.height) grow(image.canvas);
    const context = image.canvas.getContext("2d");
    if (context === null) throw new Error("wanted a 2-D canvas for the symbol atlas, got none");
    const left = (cell % COLUMNS) * side;
    const top = row * side;
    context.save();
    context.beginPath();
    context.rect(left, top, side, side);
    context.clip();
    context.clearRect(left, top, side, side);
    draw(context, left + side / 2, top + side / 2, this.ratio);
    context.restore();
    image.revision++;
  }
}

/** Double the height; setting it clears the canvas, so what was there is put back. */
function grow(canvas: HTMLCanvasElement): void {
  const kept = document.createElement("canvas");
  kept.width = canvas.width;
  kept.height = canvas.height;
  kept.getContext("2d")?.drawImage(canvas, 0, 0);
  canvas.height *= 2;
  canvas.getContext("2d")?.drawImage(kept, 0, 0);
}
