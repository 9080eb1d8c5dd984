/**
 * The stage: everything that is drawn over the base map, drawn when data, choices or camera change.
 *
 * There is no free-running loop; `invalidate` asks for one animation frame, and what is asked for twice
 * is drawn once. A frame has two costs: `build` (new display list, after data or choices) and `render`.
 */

import { type Camera, sameCamera, screenX, screenY } from "../map/camera";
import type { History } from "../picture/history";
import { type Picture, rowOf } from "../picture/picture";
import { Atlas } from "./atlas";
import { drawBearings } from "./bearings";
import { addCanvasSurface } from "./canvas_surface";
import { drawClaims } from "./claims";
import { drawCoverage } from "./coverage";
import { Drawing } from "./drawing";
import { drawEllipses } from "./ellipses";
import { drawHistory } from "./history";
import { drawLabels } from "./labels";
import { drawLeaders } from "./leaders";
import { drawAlerts, drawHook, drawHover, drawSensors } from "./marks";
import { type Choices, type Detail, type Places, placesOf, type Situation, situationOf } from "./situation";
import type { Surface } from "./surface";
import { drawSymbols } from "./symbols";
import { addWebglSurface } from "./webgl_surface";

/** Low-priority tracks in view above which they are drawn smaller, chosen by eye. */
const SMALL_ABOVE = 500;
/** And above which only dots are left: without a GPU small symbols for 10,000 cost 90 ms more than dots. */
const DOTS_ABOVE = { hardware: 15_000, software: 4_000 } as const;
/** 32-bit places are exact to a sixteen-millionth of their distance from the origin. */
const ORIGIN_ERROR_PX_MAX = 0.2;
const FLOAT32_STEP = 6e-8;
const PICK_PX = 16;

export interface StageCosts {
  readonly build_ms: number;
  readonly render_ms: number;
}

export interface Stage {
  readonly surface: Surface;
  setPicture(picture: Picture | null, history: History): void;
  setChoices(choices: Choices): void;
  setHover(row: number): void;
  /** Exercise seconds since the picture's validity, asked for at each frame. */
  setAhead(ahead: () => number): void;
  /** Draw in the next animation frame. */
  invalidate(): void;
  /** Draw now if the camera moved; called while the base map paints its own frame. */
  follow(): void;
  /** The shown track nearest to a place on the screen; its row, or -1. */
  pick(x_px: number, y_px: number): number;
  /** Where a row is on the screen now, or null when there is no such row. */
  placeOf(row: number): { readonly x: number; readonly y: number } | null;
  readonly situation: Situation | null;
  readonly costs: StageCosts;
  remove(): void;
}

/**
 * @param camera where the map looks, asked for at each frame.
 * @param onDrawn called inside the frame that drew a new picture for the first time.
 */
export function addStage(
  container: HTMLElement,
  camera: () => Camera,
  onDrawn: (picture: Picture) => void,
): Stage {
  const surface =
    addWebglSurface(container, () => {
      stale = true;
      invalidate();
    }) ?? addCanvasSurface(container);
  const dotsAbove = DOTS_ABOVE[surface.software ? "software" : "hardware"];
  const overlay = addOverlay(container);
  const drawing = new Drawing();
  let atlas = new Atlas(camera().ratio);
  let picture: Picture | null = null;
  let history: History | null = null;
  let places: Places | null = null;
  let choices: Choices | null = null;
  let situation: Situation | null = null;
  let ahead = (): number => 0;
  let hover = -1;
  let stale = true;
  let fresh = false;
  let rendered: Camera | null = null;
  let frame = 0;
  const costs = { build_ms: 0, render_ms: 0 };

  const build = (now: Camera): void => {
    if (picture === null || history === null || places === null || choices === null) return;
    const from = performance.now();
    if (atlas.ratio !== now.ratio) atlas = new Atlas(now.ratio);
    const detail = detailFor(picture, places, choices, now, dotsAbove);
    situation = situationOf(picture, places, history, choices, detail, 1 / now.world_px);
    drawing.clear({ x: now.centre_x, y: now.centre_y });
    const { layers } = choices;
    if (layers.coverage) drawCoverage(drawing, situation);
    if (layers.lob) drawBearings(drawing, situation);
    if (layers.history) drawHistory(drawing, situation);
    if (layers.aou) drawEllipses(drawing, situation);
    drawClaims(drawing, situation);
    if (layers.leaders) drawLeaders(drawing, situation);
    drawSymbols(drawing, situation, atlas);
    surface.load(drawing, atlas);
    stale = false;
    costs.build_ms = performance.now() - from;
  };

  const render = (now: Camera): void => {
    if (stale || mustRebuild(now, drawing, situation, picture, places, choices, dotsAbove)) build(now);
    const from = performance.now();
    const ahead_s = ahead();
    surface.render(now, ahead_s);
    const context = overlay.begin(now);
    if (situation !== null) {
      const { layers } = situation.choices;
      if (layers.sensors) drawSensors(context, situation, now);
      if (layers.labels) drawLabels(context, situation, now, ahead_s);
      if (layers.alerts) drawAlerts(context, situation, now, ahead_s, rowOfTrack);
      drawHover(context, situation, now, ahead_s, hover);
      drawHook(context, situation, now, ahead_s);
    }
    rendered = now;
    costs.render_ms = performance.now() - from;
    if (fresh && picture !== null) {
      fresh = false;
      onDrawn(picture);
    }
  };

  const rowOfTrack = (trackNumber: number): number =>
    picture === null ? -1 : rowOf(picture.columns.track_number, trackNumber);

  const invalidate = (): void => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      render(camera());
    });
  };

  return {
    surface,
    setPicture(next, past) {
      picture = next;
      history = past;
      places = next === null ? null : placesOf(next);
      if (next === null) {
        situation = null;
        drawing.clear(drawing.origin);
        surface.load(drawing, atlas);
      }
      hover = -1;
      stale = true;
      fresh = true;
      invalidate();
    },
    setChoices(next) {
      choices = next;
      stale = true;
      invalidate();
    },
    setHover(row) {
      if (row === hover) return;
      hover = row;
      invalidate();
    },
    setAhead(next) {
      ahead = next;
    },
    invalidate,
    follow() {
      const now = camera();
      if (!sameCamera(rendered, now)) render(now);
    },
    pick(x_px, y_px) {
      return situation === null ? -1 : pickRow(situation, camera(), ahead(), x_px, y_px);
    },
    placeOf(row) {
      if (places === null || row < 0 || row >= places.x.length) return null;
      const now = camera();
      const ahead_s = ahead();
      return {
        x: screenX(now, places.x[row] + places.vx[row] * ahead_s),
        y: screenY(now, places.y[row] + places.vy[row] * ahead_s),
      };
    },
    get situation() {
      return situation;
    },
    costs,
    remove() {
      cancelAnimationFrame(frame);
      surface.remove();
      overlay.remove();
    },
  };
}

/** How small the many are drawn: by how many of them are in view. */
function detailFor(
  picture: Picture,
  places: Places,
  choices: Choices,
  camera: Camera,
  dotsAbove: number,
): Detail {
  const { affiliation, domain } = picture.columns;
  const { affiliations, domains } = choices.filter;
  let inView = 0;
  for (let row = 0; row < affiliation.length; row++) {
    if (!((affiliations >> affiliation[row]) & (domains >> domain[row]) & 1)) continue;
    const x = screenX(camera, places.x[row]);
    const y = screenY(camera, places.y[row]);
    if (x >= 0 && y >= 0 && x < camera.width_px && y < camera.height_px) inView++;
  }
  return inView > dotsAbove ? "dot" : inView > SMALL_ABOVE ? "small" : "medium";
}

/** Zooming changes detail and what is large enough to draw; going far away costs precision. */
function mustRebuild(
  camera: Camera,
  drawing: Drawing,
  situation: Situation | null,
  picture: Picture | null,
  places: Places | null,
  choices: Choices | null,
  dotsAbove: number,
): boolean {
  if (situation === null || picture === null || places === null || choices === null) return false;
  const zoomed = camera.world_px * situation.world_per_px;
  const apart = Math.abs(camera.centre_x - drawing.origin.x) + Math.abs(camera.centre_y - drawing.origin.y);
  if (zoomed > 1.4 || zoomed < 0.7 || apart * FLOAT32_STEP * camera.world_px > ORIGIN_ERROR_PX_MAX)
    return true;
  return detailFor(picture, places, choices, camera, dotsAbove) !== situation.detail;
}

function pickRow(situation: Situation, camera: Camera, ahead_s: number, x_px: number, y_px: number): number {
  const { places, shown, priority } = situation;
  let best = -1;
  let least = PICK_PX;
  for (let row = 0; row < shown.length; row++) {
    if (!shown[row]) continue;
    const dx = Math.abs(screenX(camera, places.x[row] + places.vx[row] * ahead_s) - x_px);
    if (dx > PICK_PX) continue;
    const dy = Math.abs(screenY(camera, places.y[row] + places.vy[row] * ahead_s) - y_px);
    // A full symbol lies on top and is larger: it wins over a dot that is a little nearer.
    const distance = Math.hypot(dx, dy) - (priority[row] ? 5 : 0);
    if (distance < least) {
      least = distance;
      best = row;
    }
  }
  return best;
}

function addOverlay(container: HTMLElement): {
  begin(camera: Camera): CanvasRenderingContext2D;
  remove(): void;
} {
  const canvas = document.createElement("canvas");
  canvas.className = "layer";
  canvas.setAttribute("aria-hidden", "true");
  container.append(canvas);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("wanted a 2-D canvas for labels, got none");
  return {
    begin(camera) {
      const width = Math.round(camera.width_px * camera.ratio);
      const height = Math.round(camera.height_px * camera.ratio);
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      context.setTransform(camera.ratio, 0, 0, camera.ratio, 0, 0);
      context.clearRect(0, 0, camera.width_px, camera.height_px);
      return context;
    },
    remove() {
      canvas.remove();
    },
  };
}
