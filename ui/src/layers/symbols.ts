/** Track symbols: full ones for what matters, smaller ones or dots for the many. */

import type { Atlas } from "./atlas";
import { type Drawing, SHEETS, type Sheet } from "./drawing";
import type { Situation } from "./situation";

/** Low-priority tracks stand back a little, so that the others stand out. */
const CROWD_STRENGTH: Readonly<Record<Sheet, number>> = {
  dot: 0.62,
  small: 0.52,
  medium: 0.68,
  large: 1,
};
const TENTATIVE = 0;
const COASTING = 2;

export function drawSymbols(drawing: Drawing, situation: Situation, atlas: Atlas): void {
  const { picture, places, shown, priority, hookedRow } = situation;
  const { affiliation, sidc, status } = picture.columns;
  const cells = cellTable(picture.sidcs, atlas);
  const put = (row: number, sheet: Sheet): void => {
    const unsure = status[row] === COASTING ? 0.6 : status[row] === TENTATIVE ? 0.75 : 1;
    const cell = sheet === "dot" ? affiliation[row] : cells(sheet, sidc[row]);
    const strength = (priority[row] ? 1 : CROWD_STRENGTH[sheet]) * unsure;
    drawing.addSprite(
      sheet,
      places.x[row],
      places.y[row],
      places.vx[row],
      places.vy[row],
      cell,
      places.age_s[row],
      strength,
    );
  };
  for (let row = 0; row < shown.length; row++) {
    if (!shown[row] || row === hookedRow) continue;
    put(row, priority[row] ? "large" : situation.detail);
  }
  // Last, so that nothing covers it.
  if (hookedRow >= 0) put(hookedRow, "large");
}

/** Look up cells by place in the picture's symbol table, asking the atlas once per (symbol, sheet). */
function cellTable(sidcs: readonly string[], atlas: Atlas): (sheet: Sheet, place: number) => number {
  const known = Object.fromEntries(SHEETS.map((sheet) => [sheet, new Int32Array(sidcs.length).fill(-1)]));
  return (sheet, place) => {
    const cells = known[sheet];
    if (cells[place] < 0) cells[place] = atlas.cellOf(sheet, sidcs[place]);
    return cells[place];
  };
}
