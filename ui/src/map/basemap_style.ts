/**
 * The base map as a MapLibre style: depth bands, land, coast and graticule, and nothing else.
 *
 * Neutral on purpose: no borders, no names, no disputed lines. The files are made by ui/basemap/ and
 * lie next to the page; the style needs no glyphs, no sprite and no tile server.
 */

import type { ExpressionSpecification, StyleSpecification } from "maplibre-gl";

export type BasemapTheme = "dark" | "light";

export interface BasemapOptions {
  readonly theme?: BasemapTheme;
  readonly graticule?: boolean;
  /** Folder of the files; by default `basemap/` next to the page. */
  readonly baseUrl?: string;
}

/** Whose data the map shows; people should be able to read it on the screen. */
export const BASEMAP_ATTRIBUTION = "Base map: Natural Earth; depths: NOAA ETOPO5";

export function basemapStyle(options: BasemapOptions = {}): StyleSpecification {
  const colours = COLOURS[options.theme ?? "dark"];
  const folder = options.baseUrl ?? new URL("basemap/", document.baseURI).href;
  const shown = (options.graticule ?? true) ? "visible" : "none";
  const style: StyleSpecification = {
    version: 8,
    name: `triptych-${options.theme ?? "dark"}`,
    sources: {
      "base-depths": source(folder, "depths"),
      "base-land": source(folder, "land"),
      "base-lakes": source(folder, "lakes"),
      "base-graticule": source(folder, "graticule"),
    },
    layers: [
      { id: "base-sea", type: "background", paint: { "background-color": colours.shallow } },
      {
        id: "base-depths",
        type: "fill",
        source: "base-depths",
        layout: { "fill-sort-key": ["get", "depth_m"] },
        // Neighbouring bands differ so little that smooth edges are not worth a tenth of the frame.
        paint: { "fill-color": depthColour(colours.depths), "fill-antialias": false },
      },
      {
        id: "base-graticule",
        type: "line",
        source: "base-graticule",
        layout: { visibility: shown },
        filter: GRATICULE_FILTER,
        paint: { "line-color": colours.graticule, "line-width": 0.6 },
      },
      {
        id: "base-land",
        type: "fill",
        source: "base-land",
        // The coast line covers the edge.
        paint: { "fill-color": colours.land, "fill-antialias": false },
      },
      {
        id: "base-lakes",
        type: "fill",
        source: "base-lakes",
        minzoom: 2.5,
        paint: { "fill-color": colours.lake },
      },
      {
        id: "base-coast-glow",
        type: "line",
        source: "base-land",
        minzoom: 6,
        layout: { "line-join": "round" },
        paint: {
          "line-color": colours.coast,
          "line-opacity": 0.16,
          "line-width": byZoom([6, 3], [9, 6]),
          "line-blur": byZoom([6, 3], [9, 5]),
        },
      },
      {
        id: "base-coast",
        type: "line",
        source: "base-land",
        layout: { "line-join": "round" },
        paint: { "line-color": colours.coast, "line-width": byZoom([2, 0.4], [5, 0.8], [9, 1.2]) },
      },
    ],
  };
  return style;
}

interface Colours {
  readonly shallow: string;
  /** Anchors of the ramp from the shore to the deepest trench. */
  readonly depths: readonly (readonly [depth_m: number, colour: string])[];
  readonly land: string;
  readonly lake: string;
  readonly coast: string;
  readonly graticule: string;
}

const COLOURS: Readonly<Record<BasemapTheme, Colours>> = {
  dark: {
    shallow: "#1d3549",
    depths: [
      [0, "#1d3549"],
      [200, "#16293b"],
      [2000, "#0f1f2e"],
      [5000, "#09141e"],
      [7500, "#050b12"],
    ],
    land: "#1f2022",
    lake: "#1a2631",
    coast: "#4f7fa6",
    graticule: "rgba(150, 190, 225, 0.13)",
  },
  light: {
    shallow: "#dfebf2",
    depths: [
      [0, "#dfebf2"],
      [200, "#c4d9e7"],
      [2000, "#afcadc"],
      [5000, "#94b5cd"],
      [7500, "#7ea3bf"],
    ],
    land: "#f1eee6",
    lake: "#dde6ea",
    coast: "#7b94a6",
    graticule: "rgba(40, 80, 110, 0.16)",
  },
};

/** Coarse lines from afar, every degree from near by. */
const GRATICULE_FILTER: ExpressionSpecification = [
  ">=",
  ["get", "step_deg"],
  ["step", ["zoom"], 30, 2.5, 10, 4.5, 5, 6.5, 1],
];

/** MapLibre cuts the file into tiles in its worker; past zoom 9 it stretches those. */
function source(folder: string, name: string): StyleSpecification["sources"][string] {
  return { type: "geojson", data: `${folder}${name}.geojson`, maxzoom: 9, tolerance: 0.5, buffer: 32 };
}

function depthColour(ramp: Colours["depths"]): ExpressionSpecification {
  return ["interpolate", ["linear"], ["get", "depth_m"], ...ramp.flat()] as ExpressionSpecification;
}

function byZoom(...stops: readonly (readonly [number, number])[]): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], ...stops.flat()] as ExpressionSpecification;
}
