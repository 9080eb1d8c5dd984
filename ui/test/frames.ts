/** Builders: frames as the server would send them, showing only what a test cares about. */

import { type FrameColumn, LOB_COLUMNS, TRACK_COLUMNS } from "../src/contracts";
import { FRAME_MAGIC, type Frame, parseFrame } from "../src/feed/protocol";

const ARRAYS = {
  f8: Float64Array,
  f4: Float32Array,
  u4: Uint32Array,
  u2: Uint16Array,
  u1: Uint8Array,
} as const;

export type Values = Readonly<Record<string, readonly number[]>>;

export interface Asked {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly columns?: Values;
  readonly removed?: readonly number[];
  readonly lobs?: Values;
}

export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The bytes of a frame; rows are as many as there are track numbers, other columns zero unless given. */
export function frameBytes(asked: Asked = {}): ArrayBuffer {
  const given = asked.columns ?? {};
  const rows = (given.track_number ?? []).length;
  const lobRows = (asked.lobs?.lob_source ?? []).length;
  const columns = [
    ...TRACK_COLUMNS.map((shape) => ({ ...shape, values: given[shape.name] ?? zeros(rows * shape.width) })),
    { name: "removed", dtype: "u4" as const, width: 1, values: asked.removed ?? [] },
    ...LOB_COLUMNS.map((shape) => ({ ...shape, values: asked.lobs?.[shape.name] ?? zeros(lobRows) })),
  ];
  const room = 16_384;
  let offset = 8 + room;
  const places: FrameColumn[] = columns.map(({ name, dtype, width, values }) => {
    const place = { name, dtype, width, offset, length: values.length };
    offset += Math.ceil((values.length * ARRAYS[dtype].BYTES_PER_ELEMENT) / 8) * 8;
    return place;
  });
  const header = JSON.stringify({ ...HEADER, tracks: rows, rows, columns: places, ...asked.header }).padEnd(
    room,
  );
  const buffer = new ArrayBuffer(offset);
  new DataView(buffer).setUint32(0, FRAME_MAGIC, true);
  new DataView(buffer).setUint32(4, room, true);
  new Uint8Array(buffer).set(new TextEncoder().encode(header), 8);
  for (const [k, { dtype, values }] of columns.entries()) {
    new ARRAYS[dtype](buffer, places[k].offset, values.length).set(values);
  }
  return buffer;
}

export function aFrame(asked: Asked = {}): Frame {
  return parseFrame(frameBytes(asked), decode);
}

const HEADER = {
  type: "snapshot",
  seq: 1,
  base_seq: 0,
  simulated: true,
  exercise: "corridor",
  scope: "ALL",
  cycle: 4,
  cycle_s: 30,
  valid_from_s: 970,
  valid_at_s: 1000,
  due_at_s: 5000,
  closed_at_s: 5000.1,
  published_at_s: 5000.2,
  received_at_s: 5000.3,
  sent_at_s: 5000.4,
  next_due_at_s: 5030,
  caught_up: true,
  clock: null,
  label: { classification: 0, releasable_to: ["USA"], caveats: [] },
  sidcs: ["10233000001101010000"],
  names: [""],
  caveat_sets: [[]],
  sources: ["usa-radar-1"],
  alerts: [],
  sensors: [],
  arrivals: {},
};

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}
