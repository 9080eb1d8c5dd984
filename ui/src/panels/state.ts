/**
 * What the panels show, as signals. `main.ts` writes what comes from outside; panels write choices.
 *
 * Panels that read typed arrays read the `picture` signal: each frame is a new object, the arrays in
 * it never change.
 */

import { computed, signal } from "@preact/signals";
import type { ClockState, Inject, Scope } from "../contracts";
import type { Alignment } from "../feed/alignment";
import { UNALIGNED } from "../feed/alignment";
import type { Json } from "../feed/requests";
import type { FeedState } from "../feed/stream";
import type { LayerName } from "../layers/situation";
import type { Place } from "../map/view";
import { exerciseTimeS } from "../picture/exercise_time";
import { type Filter, type Order, SHOW_ALL } from "../picture/filter";
import type { Lag } from "../picture/lag";
import { type Picture, rowOf } from "../picture/picture";

export interface Shown {
  readonly seq: number;
  readonly cycle: number;
  readonly presented_at_s: number;
  /** From the cycle's tick to the presented frame; null for the first frame after joining. */
  readonly tick_to_glass_s: number | null;
  /** From having the whole message to the presented frame. */
  readonly decode_to_glass_s: number;
  readonly lag: Lag | null;
  readonly estimated: boolean;
  readonly bytes: number;
  readonly type: "snapshot" | "delta";
}

/** One bar of the strip: what one picture brought. */
export interface CycleBar {
  readonly cycle: number;
  readonly valid_at_s: number;
  readonly rows: number;
  readonly tracks: number;
  readonly worst: "info" | "warning" | "critical" | null;
}

export const picture = signal<Picture | null>(null);
export const connection = signal<FeedState>({ kind: "connecting" });
export const alignment = signal<Alignment>(UNALIGNED);
export const clock = signal<ClockState | null>(null);
export const scope = signal<Scope>("ALL");
export const scopes = signal<readonly Scope[]>(["ALL"]);
export const exercise = signal("");
export const shown = signal<Shown | null>(null);
export const bars = signal<readonly CycleBar[]>([]);
export const malformed = signal(0);
export const health = signal<
  { readonly at_s: number; readonly body: Json } | { readonly error: string } | null
>(null);
/** Server wall time, written every second and with each frame. */
export const server_now_s = signal(Number.NaN);

export const filter = signal<Filter>(SHOW_ALL);
export const layers = signal<Readonly<Record<LayerName, boolean>>>({
  aou: true,
  lob: true,
  history: true,
  leaders: true,
  labels: true,
  sensors: true,
  coverage: false,
  alerts: true,
});
export const hooked = signal<number | null>(null);
export const search = signal("");
export const order = signal<Order>({ key: "identity", descending: false });

export interface MenuAt extends Place {
  readonly x_px: number;
  readonly y_px: number;
  readonly trackNumber: number | null;
}
export const menu = signal<MenuAt | null>(null);
export const injectAt = signal<MenuAt | null>(null);
/** Injects that the white cell was told of, newest first. */
export const injects = signal<readonly Inject[]>([]);

/** Exercise time now. */
export const exercise_now_s = computed(() =>
  clock.value === null ? Number.NaN : exerciseTimeS(clock.value, server_now_s.value),
);

export const hookedRow = computed(() => {
  const now = picture.value;
  return now === null || hooked.value === null ? -1 : rowOf(now.columns.track_number, hooked.value);
});
