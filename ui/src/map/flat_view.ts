/**
 * The map without WebGL: land as plain outlines on a 2-D canvas, with its own small camera.
 *
 * Only for browsers that MapLibre cannot run in; the same layers are drawn over it.
 */

import { type Camera, latDeg, lonDeg, mercatorX, mercatorY, screenX, screenY } from "./camera";
import type { PointerKind, PointerPlace, View } from "./view";

type Ring = Float64Array;

const START = { lon_deg: 127.5, lat_deg: 30.5, zoom: 4.6 };
const ZOOM_MIN = 2;
const ZOOM_MAX = 13;
const FIT_ZOOM_MAX = 11;
/** How much of the map a fitted box fills; panels cover the rest. */
const FILL = 0.7;
/** A press that moves less than this is a click. */
const CLICK_PX = 4;
const PAN_PX = 80;

export function addFlatView(container: HTMLElement): View {
  const canvas = document.createElement("canvas");
  canvas.className = "flat-map";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "region");
  canvas.setAttribute("aria-label", "Map of the tracks: arrow keys move, plus and minus zoom");
  container.append(canvas);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("wanted a 2-D canvas for the map, got none");
  const paint = new Set<() => void>();
  const rest = new Set<() => void>();
  const pointer = new Set<(kind: PointerKind, place: PointerPlace) => void>();
  const stop = new AbortController();
  let centre_x = mercatorX(START.lon_deg);
  let centre_y = mercatorY(START.lat_deg);
  let zoom = START.zoom;
  let rings: Ring[] = [];
  let frame = 0;

  const camera = (): Camera => ({
    centre_x,
    centre_y,
    world_px: 512 * 2 ** zoom,
    width_px: container.clientWidth,
    height_px: container.clientHeight,
    ratio: window.devicePixelRatio || 1,
  });
  const draw = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      paintLand(context, camera(), rings);
      for (const listener of paint) listener();
    });
  };
  const moveTo = (x: number, y: number, level: number): void => {
    centre_x = ((x % 1) + 1) % 1;
    centre_y = Math.min(1, Math.max(0, y));
    zoom = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, level));
    draw();
    for (const listener of rest) listener();
  };
  const tell = (kind: PointerKind, event: MouseEvent): void => {
    const box = canvas.getBoundingClientRect();
    const [x_px, y_px] = [event.clientX - box.left, event.clientY - box.top];
    const { world_px, width_px, height_px } = camera();
    const lat_deg = latDeg(centre_y + (y_px - height_px / 2) / world_px);
    const lon_deg = lonDeg(centre_x + (x_px - width_px / 2) / world_px);
    for (const listener of pointer) listener(kind, { x_px, y_px, lat_deg, lon_deg });
  };

  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void => canvas.addEventListener(type, listener, { signal: stop.signal });
  let press: { x: number; y: number; moved: boolean } | null = null;
  on("pointerdown", (event) => {
    press = { x: event.clientX, y: event.clientY, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  on("pointermove", (event) => {
    if (press === null) {
      tell("move", event);
      return;
    }
    const [dx, dy] = [event.clientX - press.x, event.clientY - press.y];
    if (!press.moved && Math.hypot(dx, dy) < CLICK_PX) return;
    const { world_px } = camera();
    press = { x: event.clientX, y: event.clientY, moved: true };
    moveTo(centre_x - dx / world_px, centre_y - dy / world_px, zoom);
  });
  on("pointerup", (event) => {
    if (press !== null && !press.moved && event.button === 0) tell("click", event);
    press = null;
  });
  on("pointerleave", (event) => tell("leave", event));
  on("contextmenu", (event) => {
    event.preventDefault();
    tell("menu", event);
  });
  on("wheel", (event) => {
    event.preventDefault();
    const before = camera();
    const box = canvas.getBoundingClientRect();
    const [dx, dy] = [
      event.clientX - box.left - before.width_px / 2,
      event.clientY - box.top - before.height_px / 2,
    ];
    const level = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, zoom - event.deltaY / 300));
    const after_px = 512 * 2 ** level;
    // What is under the pointer stays under it.
    moveTo(
      centre_x + dx / before.world_px - dx / after_px,
      centre_y + dy / before.world_px - dy / after_px,
      level,
    );
  });
  on("keydown", (event) => {
    const step = PAN_PX / camera().world_px;
    const moves: Readonly<Record<string, readonly [number, number, number]>> = {
      ArrowLeft: [-step, 0, 0],
      ArrowRight: [step, 0, 0],
      ArrowUp: [0, -step, 0],
      ArrowDown: [0, step, 0],
      "+": [0, 0, 1],
      "=": [0, 0, 1],
      "-": [0, 0, -1],
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    moveTo(centre_x + move[0], centre_y + move[1], zoom + move[2]);
  });
  const resized = new ResizeObserver(draw);
  resized.observe(container);
  void loadLand().then((loaded) => {
    rings = loaded;
    draw();
  });

  return {
    camera,
    onPaint: (listener) => register(paint, listener),
    onRest: (listener) => register(rest, listener),
    onPointer: (listener) => register(pointer, listener),
    goTo: ({ lat_deg, lon_deg }) => moveTo(mercatorX(lon_deg), mercatorY(lat_deg), zoom),
    fit(southWest, northEast) {
      const [left, right] = [mercatorX(southWest.lon_deg), mercatorX(northEast.lon_deg)];
      const [top, bottom] = [mercatorY(northEast.lat_deg), mercatorY(southWest.lat_deg)];
      const { width_px, height_px } = camera();
      const world_px = Math.min(width_px / (right - left), height_px / (bottom - top)) * FILL;
      moveTo((left + right) / 2, (top + bottom) / 2, Math.min(FIT_ZOOM_MAX, Math.log2(world_px / 512)));
    },
    setCursor(cursor) {
      canvas.style.cursor = cursor;
    },
    focus: () => canvas.focus(),
    remove() {
      stop.abort();
      resized.disconnect();
      cancelAnimationFrame(frame);
      canvas.remove();
    },
  };
}

function register<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function paintLand(context: CanvasRenderingContext2D, camera: Camera, rings: readonly Ring[]): void {
  const { canvas } = context;
  canvas.width = Math.round(camera.width_px * camera.ratio);
  canvas.height = Math.round(camera.height_px * camera.ratio);
  context.setTransform(camera.ratio, 0, 0, camera.ratio, 0, 0);
  context.fillStyle = "#12222f";
  context.fillRect(0, 0, camera.width_px, camera.height_px);
  context.beginPath();
  for (const ring of rings) traceRing(context, camera, ring);
  context.fillStyle = "#1f2022";
  context.fill("evenodd");
  context.strokeStyle = "#4f7fa6";
  context.lineWidth = 0.8;
  context.stroke();
}

/** Each ring is moved as a whole to the copy of the world nearest to the camera, so that none is torn. */
function traceRing(context: CanvasRenderingContext2D, camera: Camera, ring: Ring): void {
  const shift_px =
    screenX(camera, ring[0]) - ((ring[0] - camera.centre_x) * camera.world_px + camera.width_px / 2);
  for (let k = 0; k < ring.length; k += 2) {
    const x = (ring[k] - camera.centre_x) * camera.world_px + camera.width_px / 2 + shift_px;
    const y = screenY(camera, ring[k + 1]);
    if (k === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
}

interface LandFile {
  readonly features: readonly {
    readonly geometry:
      | { readonly type: "Polygon"; readonly coordinates: readonly (readonly (readonly number[])[])[] }
      | {
          readonly type: "MultiPolygon";
          readonly coordinates: readonly (readonly (readonly (readonly number[])[])[])[];
        };
  }[];
}

/** The base map's own land file; without it the sea stays empty, and the tracks are drawn all the same. */
async function loadLand(): Promise<Ring[]> {
  const response = await fetch(new URL("basemap/land.geojson", document.baseURI)).catch(() => null);
  if (response === null || !response.ok) return [];
  const file = (await response.json()) as LandFile;
  return file.features
    .flatMap(({ geometry }) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates))
    .flat()
    .map((ring) =>
      Float64Array.from(ring.flatMap(([lon_deg, lat_deg]) => [mercatorX(lon_deg), mercatorY(lat_deg)])),
    );
}
