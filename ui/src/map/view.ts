/** The one seam to MapLibre: a still base map under our own layers, north up, and where it looks. */

import { Map as BaseMap, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { basemapStyle } from "./basemap_style";
import { type Camera, latDeg, lonDeg, mercatorX, mercatorY } from "./camera";

export interface Place {
  readonly lat_deg: number;
  readonly lon_deg: number;
}

export interface PointerPlace extends Place {
  readonly x_px: number;
  readonly y_px: number;
}

export type PointerKind = "click" | "menu" | "move" | "leave";

export interface View {
  camera(): Camera;
  /** Called whenever the base map has painted: the moment to draw over it. */
  onPaint(listener: () => void): () => void;
  onPointer(listener: (kind: PointerKind, place: PointerPlace) => void): () => void;
  /** Called when the camera has come to rest. */
  onRest(listener: () => void): () => void;
  goTo(place: Place): void;
  /** Show a box of the world whole, in what the panels leave free. */
  fit(southWest: Place, northEast: Place): void;
  setCursor(cursor: "" | "pointer"): void;
  focus(): void;
  remove(): void;
}

const START = { lon_deg: 127.5, lat_deg: 30.5, zoom: 4.6 };
const ZOOM_MAX = 13;
const FIT_ZOOM_MAX = 11;
/** What panels cover at the edges. */
const FREE_PX = { left: 240, right: 120, top: 40, bottom: 120 } as const;
const ZOOM_MIN = 2;

/** Add the map; throws where the browser has no WebGL2, and `addFlatView` takes over. */
export function addView(container: HTMLElement): View {
  setWorkerUrl(workerUrl);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new BaseMap({
    container,
    style: basemapStyle(),
    center: [START.lon_deg, START.lat_deg],
    zoom: START.zoom,
    minZoom: ZOOM_MIN,
    maxZoom: ZOOM_MAX,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    // MapLibre looks for `prefers-reduced-motion` itself where it animates of its own accord.
    cancelPendingTileRequestsWhileZooming: true,
    locale: { "Map.Title": "Map of the tracks: drag or use the arrow keys to move, plus and minus to zoom" },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-left");
  map.addControl(new ScaleControl({ unit: "nautical", maxWidth: 120 }), "bottom-left");
  const canvas = map.getCanvas();

  const camera = (): Camera => {
    const centre = map.getCenter().wrap();
    return {
      centre_x: mercatorX(centre.lng),
      centre_y: mercatorY(centre.lat),
      world_px: 512 * 2 ** map.getZoom(),
      width_px: canvas.clientWidth,
      height_px: canvas.clientHeight,
      ratio: window.devicePixelRatio || 1,
    };
  };

  return {
    camera,
    onPaint(listener) {
      map.on("render", listener);
      return () => map.off("render", listener);
    },
    onPointer(listener) {
      const kinds = { click: "click", contextmenu: "menu", mousemove: "move", mouseout: "leave" } as const;
      const subscriptions = Object.entries(kinds).map(([event, kind]) =>
        map.on(event as keyof typeof kinds, ({ point, lngLat }) => {
          const { lng, lat } = lngLat.wrap();
          listener(kind, { x_px: point.x, y_px: point.y, lat_deg: lat, lon_deg: lng });
        }),
      );
      return () => {
        for (const subscription of subscriptions) subscription.unsubscribe();
      };
    },
    onRest(listener) {
      map.on("moveend", listener);
      return () => map.off("moveend", listener);
    },
    goTo({ lat_deg, lon_deg }) {
      const target = { center: [lon_deg, lat_deg] as [number, number] };
      if (calm) map.jumpTo(target);
      else map.easeTo({ ...target, duration: 350 });
    },
    fit(southWest, northEast) {
      const box: [[number, number], [number, number]] = [
        [southWest.lon_deg, southWest.lat_deg],
        [northEast.lon_deg, northEast.lat_deg],
      ];
      map.fitBounds(box, { padding: FREE_PX, maxZoom: FIT_ZOOM_MAX, animate: false });
    },
    setCursor(cursor) {
      canvas.style.cursor = cursor;
    },
    focus() {
      canvas.focus();
    },
    remove() {
      map.remove();
    },
  };
}

/** The place at a point of the screen, for views that know only a camera. */
export function placeAt(camera: Camera, x_px: number, y_px: number): Place {
  return {
    lat_deg: latDeg(camera.centre_y + (y_px - camera.height_px / 2) / camera.world_px),
    lon_deg: lonDeg(camera.centre_x + (x_px - camera.width_px / 2) / camera.world_px),
  };
}
