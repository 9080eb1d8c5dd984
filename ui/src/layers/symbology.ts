/** Military symbols by milsymbol: only the number codes and only the symbol sets that the catalogue uses. */

import {
  type IconSet,
  ms,
  numberair,
  numberairmissile,
  numbersea,
  numbersubsurface,
} from "milsymbol/modules";

/**
 * The catalogue's one land entity (120000) is a frame without an icon. milsymbol's land set would say
 * the same with 100 kB of icons that no track here can have.
 */
const land: IconSet = {
  type: "number",
  icons(entities, _sector1, _sector2, _bounds, symbolSet) {
    if (symbolSet === "10") entities["120000"] = [];
  },
};

for (const icons of [numberair, numberairmissile, numbersea, numbersubsurface, land]) ms.addIcons(icons);

export interface DrawnSymbol {
  readonly canvas: HTMLCanvasElement;
  /** Place of the symbol's middle on the canvas, in canvas pixels. */
  readonly anchor_x: number;
  readonly anchor_y: number;
}

/**
 * Draw a symbol.
 *
 * The code says *Simulation*, for which milsymbol writes an S beside the frame; at map size that is a
 * smudge on every track, so the map leaves it to the banner and the hook panel shows it.
 */
export function drawSymbol(sidc: string, size_px: number, ratio: number): DrawnSymbol {
  const symbol = new ms.Symbol(withoutContext(sidc), { ...LOOK, size: size_px, outlineWidth: 5 });
  const { x, y } = symbol.getAnchor();
  return { canvas: symbol.asCanvas(ratio), anchor_x: x * ratio, anchor_y: y * ratio };
}

export function symbolSvg(sidc: string, size_px: number): string {
  return new ms.Symbol(sidc, { ...LOOK, size: size_px, infoColor: "#c8d6e5", outlineWidth: 3 }).asSVG();
}

/** "Medium" is the one set of fills that keeps hostile and neutral apart on a dark map. */
const LOOK = { colorMode: "Medium", outlineColor: "rgba(4,10,18,0.75)", infoFields: false } as const;

const CONTEXT_AT = 2;

function withoutContext(sidc: string): string {
  return `${sidc.slice(0, CONTEXT_AT)}0${sidc.slice(CONTEXT_AT + 1)}`;
}
