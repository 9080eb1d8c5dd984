/** `window.__triptych`: what browser tests may read; nothing in the page reads it. */

import type { Stage } from "./layers/stage";
import * as state from "./panels/state";
import { type Picture, rowOf } from "./picture/picture";

export interface TestHook {
  readonly presented_seq: number | null;
  readonly presented_cycle: number | null;
  readonly estimated: boolean | null;
  readonly tick_to_glass_s: number | null;
  readonly decode_to_glass_s: number | null;
  readonly tracks: number;
  readonly track_numbers: readonly number[];
  readonly hooked: number | null;
  readonly scope: string;
  readonly connection: string;
  readonly malformed: number;
  readonly surface: string;
  readonly software: boolean;
  readonly costs: { readonly build_ms: number; readonly render_ms: number };
  /** Where a track is on the screen, CSS pixels from the map's corner; null when there is none. */
  project(trackNumber: number): { readonly x: number; readonly y: number } | null;
  /** Whether the filter shows a track. */
  isShown(trackNumber: number): boolean;
}

declare global {
  interface Window {
    readonly __triptych?: TestHook;
  }
}

export function addTestHook(page: { readonly stage: Stage; picture(): Picture | null }): void {
  const { stage } = page;
  const row = (trackNumber: number): number =>
    rowOf(page.picture()?.columns.track_number ?? new Uint32Array(0), trackNumber);
  const hook: TestHook = {
    get presented_seq() {
      return state.shown.peek()?.seq ?? null;
    },
    get presented_cycle() {
      return state.shown.peek()?.cycle ?? null;
    },
    get estimated() {
      return state.shown.peek()?.estimated ?? null;
    },
    get tick_to_glass_s() {
      return state.shown.peek()?.tick_to_glass_s ?? null;
    },
    get decode_to_glass_s() {
      return state.shown.peek()?.decode_to_glass_s ?? null;
    },
    get tracks() {
      return page.picture()?.columns.track_number.length ?? 0;
    },
    get track_numbers() {
      return Array.from(page.picture()?.columns.track_number ?? []);
    },
    get hooked() {
      return state.hooked.peek();
    },
    get scope() {
      return state.scope.peek();
    },
    get connection() {
      return state.connection.peek().kind;
    },
    get malformed() {
      return state.malformed.peek();
    },
    get surface() {
      return stage.surface.kind;
    },
    get software() {
      return stage.surface.software;
    },
    get costs() {
      return { ...stage.costs };
    },
    project: (trackNumber) => stage.placeOf(row(trackNumber)),
    isShown: (trackNumber) => (stage.situation?.shown[row(trackNumber)] ?? 0) === 1,
  };
  Object.defineProperty(window, "__triptych", { value: Object.freeze(hook), configurable: false });
}
