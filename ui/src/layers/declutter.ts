/** Which labels are shown and where: greedy, most important first, never one over another. */

export interface LabelBox {
  /** Middle of the symbol. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLabel {
  /** Place in the list that was given. */
  readonly label: number;
  readonly left: number;
  readonly top: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Half a full symbol, and the air between it and its label. */
const SYMBOL_HALF_PX = 11;
const GAP_PX = 3;
const CELL_PX = 64;

/**
 * Place labels beside their symbols: right, left, below, above, whichever is free first.
 *
 * @param labels most important first; the first one is always shown.
 * @param placedMax at most this many.
 */
export function placeLabels(labels: readonly LabelBox[], placedMax: number): PlacedLabel[] {
  const taken = new Map<number, Box[]>();
  for (const { x, y } of labels) {
    take(taken, { left: x - 7, top: y - 7, right: x + 7, bottom: y + 7 });
  }
  const placed: PlacedLabel[] = [];
  for (let label = 0; label < labels.length && placed.length < placedMax; label++) {
    const boxes = candidates(labels[label]);
    const box = boxes.find((candidate) => isFree(taken, candidate)) ?? (label === 0 ? boxes[0] : undefined);
    if (box === undefined) continue;
    take(taken, box);
    placed.push({ label, left: box.left, top: box.top });
  }
  return placed;
}

function candidates({ x, y, width, height }: LabelBox): Box[] {
  const reach = SYMBOL_HALF_PX + GAP_PX;
  return [
    [x + reach, y - height / 2],
    [x - reach - width, y - height / 2],
    [x - width / 2, y + reach],
    [x - width / 2, y - reach - height],
  ].map(([left, top]) => ({ left, top, right: left + width, bottom: top + height }));
}

function isFree(taken: Map<number, Box[]>, box: Box): boolean {
  return cellsOf(box).every((cell) =>
    (taken.get(cell) ?? []).every(
      (other) =>
        other.right <= box.left ||
        other.left >= box.right ||
        other.bottom <= box.top ||
        other.top >= box.bottom,
    ),
  );
}

function take(taken: Map<number, Box[]>, box: Box): void {
  for (const cell of cellsOf(box)) {
    const boxes = taken.get(cell);
    if (boxes === undefined) taken.set(cell, [box]);
    else boxes.push(box);
  }
}

/** Keys of the grid cells that a box touches. */
function cellsOf(box: Box): number[] {
  const keys: number[] = [];
  for (let row = Math.floor(box.top / CELL_PX); row <= Math.floor(box.bottom / CELL_PX); row++) {
    for (let column = Math.floor(box.left / CELL_PX); column <= Math.floor(box.right / CELL_PX); column++) {
      keys.push(row * 4096 + column);
    }
  }
  return keys;
}
