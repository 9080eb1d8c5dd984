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

/** Draw a symbol for the map. */
export function drawSymbol(sidc: string, size_px: number, ratio: number): DrawnSymbol {
  const symbol = new ms.Symbol(withoutContext(sidc), { ...look(sidc), size: size_px, outlineWidth: 5 });
  const { x, y } = symbol.getAnchor();
  return { canvas: symbol.asCanvas(ratio), anchor_x: x * ratio, anchor_y: y * ratio };
}

export function symbolSvg(sidc: string, size_px: number): string {
  return new ms.Symbol(withoutContext(sidc), {
    ...look(sidc),
    size: size_px,
    infoColor: "#c8d6e5",
    outlineWidth: 3,
  }).asSVG();
}

/**
 * "Medium" is the one set of fills that keeps hostile and neutral apart on a dark map. Civilian types
 * keep their affiliation's colour, and a suspect has its own instead of the hostile's.
 */
function look(sidc: string): Readonly<Record<string, unknown>> {
  return {
    colorMode: "Medium",
    outlineColor: "rgba(4,10,18,0.75)",
    infoFields: false,
    civilianColor: false,
    ...(sidc[IDENTITY_AT] === SUSPECT ? { fillColor: "rgb(255,217,107)" } : {}),
  };
}

const IDENTITY_AT = 3;
const SUSPECT = "5";
/**
 * The codes say *Simulation*, for which milsymbol writes a black S beside the frame: a smudge on every
 * track of a dark map. The banner says it instead, and the hook panel spells the whole code.
 */
const CONTEXT_AT = 2;

function withoutContext(sidc: string): string {
  return `${sidc.slice(0, CONTEXT_AT)}0${sidc.slice(CONTEXT_AT + 1)}`;
}
