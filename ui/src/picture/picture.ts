/**
 * What we know: every track of one scope, as columns, and how one more frame changes it.
 *
 * `apply` is pure. A snapshot becomes the picture as it is; a delta is merged row by row into fresh
 * columns, because layers and panels may still hold the old ones. Rows stay in ascending track number.
 */

import {
  type Alert,
  type ClockState,
  type Label,
  type Scope,
  type SensorHealth,
  TRACK_COLUMNS,
} from "../contracts";
import type { Frame, LobColumns, TrackColumns } from "../feed/protocol";

export interface Picture {
  readonly seq: number;
  readonly exercise: string;
  readonly scope: Scope;
  readonly cycle: number;
  readonly cycle_s: number;
  readonly valid_from_s: number;
  readonly valid_at_s: number;
  readonly next_due_at_s: number;
  /** False while fusion works off a backlog after a restart. */
  readonly caught_up: boolean;
  readonly clock: ClockState | null;
  readonly label: Label;
  readonly columns: TrackColumns;
  readonly sidcs: readonly string[];
  readonly names: readonly string[];
  readonly caveat_sets: readonly (readonly string[])[];
  readonly lobs: LobColumns;
  readonly sources: readonly string[];
  readonly alerts: readonly Alert[];
  readonly sensors: readonly SensorHealth[];
}

/** Names are indexed with 16 bits. */
const NAMES_MAX = 65_536;

export type Applied =
  | { readonly outcome: "applied"; readonly picture: Picture }
  | { readonly outcome: "gap"; readonly reason: string };

/** Return the picture after a frame, or why the frame cannot be applied and a snapshot is needed. */
export function apply(picture: Picture | null, frame: Frame): Applied {
  if (frame.type === "snapshot") return applied(pictureOf(frame, frame.columns, frame));
  if (picture === null) return gap("a delta came before any snapshot");
  if (frame.base_seq !== picture.seq) return gap(`delta on frame ${frame.base_seq}, have ${picture.seq}`);
  if (frame.scope !== picture.scope || frame.exercise !== picture.exercise)
    return gap("delta of another picture");
  // Deltas only ever add strings; a snapshot begins the tables anew.
  if (picture.names.length + frame.names.length > NAMES_MAX) return gap("the table of names is full");
  const merged = merge(picture, frame);
  const tracks = merged.columns.track_number.length;
  if (tracks !== frame.tracks) return gap(`wanted ${frame.tracks} tracks after the delta, got ${tracks}`);
  return applied(merged);
}

/** Return the row of a track, or -1: a binary search, since rows ascend in track number. */
export function rowOf(numbers: Uint32Array, trackNumber: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = numbers[middle];
    if (found === trackNumber) return middle;
    if (found < trackNumber) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Sensor time of a track's newest contribution; NaN when it has none. */
export function newestContributionS(columns: TrackColumns, row: number): number {
  let newest = Number.NaN;
  for (let kind = 0; kind < 4; kind++) {
    const at_s = columns.last_contribution_s[row * 4 + kind];
    if (!(at_s <= newest) && !Number.isNaN(at_s)) newest = at_s;
  }
  return newest;
}

type Tables = Pick<Picture, "sidcs" | "names" | "caveat_sets">;

function merge(picture: Picture, frame: Frame): Picture {
  const tables: Tables = {
    sidcs: [...picture.sidcs],
    names: [...picture.names],
    caveat_sets: [...picture.caveat_sets],
  };
  const places = {
    sidc: intern(tables.sidcs as string[], frame.sidcs, (text) => text),
    name: intern(tables.names as string[], frame.names, (text) => text),
    caveats: intern(tables.caveat_sets as (readonly string[])[], frame.caveat_sets, (set) => set.join("\n")),
  };
  const plan = planOf(picture.columns.track_number, frame.columns.track_number, frame.removed);
  const columns: Record<string, unknown> = {};
  for (const { name, width } of TRACK_COLUMNS) {
    const column = gather(picture.columns[name], frame.columns[name], plan, width);
    if (name in places) translate(column as Uint16Array, plan.target, places[name as keyof typeof places]);
    columns[name] = column;
  }
  return pictureOf(frame, columns as unknown as TrackColumns, tables);
}

/** How the rows of an old picture and of a frame become those of the new one. */
interface Plan {
  readonly rows: number;
  /** Stretches of old rows that stay together: first, end, and the row where they go; three numbers each. */
  readonly stretches: readonly number[];
  /** (M,) where each of the frame's rows goes. */
  readonly target: Int32Array;
}

/** Merge two ascending lists of track numbers; a changed row first moves with its stretch, then is overwritten. */
function planOf(old: Uint32Array, changed: Uint32Array, removed: Uint32Array): Plan {
  const gone = new Set(removed);
  const target = new Int32Array(changed.length);
  const stretches: number[] = [];
  let rows = 0;
  let i = 0;
  let j = 0;
  let start = 0;
  const close = (): void => {
    if (i > start) stretches.push(start, i, rows - (i - start));
  };
  while (i < old.length || j < changed.length) {
    const left = i < old.length ? old[i] : Number.POSITIVE_INFINITY;
    const right = j < changed.length ? changed[j] : Number.POSITIVE_INFINITY;
    if (right < left) {
      close();
      start = i;
      target[j++] = rows++;
    } else if (right === left) {
      target[j++] = rows++;
      i++;
    } else if (gone.has(left)) {
      close();
      start = ++i;
    } else {
      rows++;
      i++;
    }
  }
  close();
  return { rows, stretches, target };
}

type AnyColumn = TrackColumns[keyof TrackColumns];

/** Return a column of the new picture. */
function gather(old: AnyColumn, changed: AnyColumn, plan: Plan, width: number): AnyColumn {
  const fresh = new (old.constructor as new (length: number) => AnyColumn)(plan.rows * width);
  for (let k = 0; k < plan.stretches.length; k += 3) {
    const stretch = old.subarray(plan.stretches[k] * width, plan.stretches[k + 1] * width);
    fresh.set(stretch, plan.stretches[k + 2] * width);
  }
  const rowBytes = width * fresh.BYTES_PER_ELEMENT;
  if (rowBytes % 4 === 0) putWords(words(changed), plan.target, rowBytes / 4, words(fresh));
  else putBytes(bytes(changed), plan.target, rowBytes, bytes(fresh));
  return fresh;
}

// Two copies of one loop on purpose: each sees one kind of array, whatever the column holds, and is
// compiled for it.

function putWords(changed: Uint32Array, target: Int32Array, width: number, into: Uint32Array): void {
  let from = 0;
  for (let row = 0; row < target.length; row++) {
    const to = target[row] * width;
    for (let k = 0; k < width; k++) into[to + k] = changed[from++];
  }
}

function putBytes(changed: Uint8Array, target: Int32Array, width: number, into: Uint8Array): void {
  let from = 0;
  for (let row = 0; row < target.length; row++) {
    const to = target[row] * width;
    for (let k = 0; k < width; k++) into[to + k] = changed[from++];
  }
}

function words(column: AnyColumn): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, column.byteLength / 4);
}

function bytes(column: AnyColumn): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

/** Turn the frame's places in its own string table into places in the picture's. */
function translate(column: Uint16Array, target: Int32Array, places: Uint16Array): void {
  for (const row of target) column[row] = places[column[row]];
}

/** Add the frame's strings to the picture's table; return where each of them now stands. */
function intern<T>(table: T[], fresh: readonly T[], keyOf: (item: T) => string): Uint16Array {
  const known = new Map(table.map((item, place) => [keyOf(item), place]));
  return Uint16Array.from(fresh, (item) => {
    const place = known.get(keyOf(item));
    if (place !== undefined) return place;
    known.set(keyOf(item), table.length);
    return table.push(item) - 1;
  });
}

function pictureOf(frame: Frame, columns: TrackColumns, tables: Tables): Picture {
  return {
    seq: frame.seq,
    exercise: frame.exercise,
    scope: frame.scope,
    cycle: frame.cycle,
    cycle_s: frame.cycle_s,
    valid_from_s: frame.valid_from_s,
    valid_at_s: frame.valid_at_s,
    next_due_at_s: frame.next_due_at_s,
    caught_up: frame.caught_up,
    clock: frame.clock,
    label: frame.label,
    columns,
    sidcs: tables.sidcs,
    names: tables.names,
    caveat_sets: tables.caveat_sets,
    lobs: frame.lobs,
    sources: frame.sources,
    alerts: frame.alerts,
    sensors: frame.sensors,
  };
}

function applied(picture: Picture): Applied {
  return { outcome: "applied", picture };
}

function gap(reason: string): Applied {
  return { outcome: "gap", reason };
}
