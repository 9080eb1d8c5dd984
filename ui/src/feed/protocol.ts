/**
 * What comes over the stream, read and checked: picture frames and control messages.
 *
 * The layout is docs/reference/stream.md. Columns are views on the frame's own bytes, never copies;
 * whoever keeps a frame keeps its buffer. No DOM, no clock, no socket: bytes in, values out.
 */

import {
  type Alert,
  type BrowserMessage,
  type ClockState,
  type Inject,
  type Label,
  LOB_COLUMNS,
  SCOPES,
  type Scope,
  type SensorHealth,
  type ServerMessage,
  TRACK_COLUMNS,
} from "../contracts";

export const FRAME_MAGIC = 0x31505254;
/** Larger frames are refused: 100,000 tracks are about 20 MB. */
export const FRAME_BYTES_MAX = 64 * 1024 * 1024;
/** More rows than this are refused; it is twenty times what the picture is designed for. */
export const ROWS_MAX = 200_000;

const ARRAYS = {
  f8: Float64Array,
  f4: Float32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  u4: Uint32Array,
  i4: Int32Array,
  u2: Uint16Array,
  u1: Uint8Array,
} as const;

export type Dtype = keyof typeof ARRAYS;
type ArrayOf<D extends Dtype> = InstanceType<(typeof ARRAYS)[D]>;

interface ColumnShape {
  readonly name: string;
  readonly dtype: Dtype;
  readonly width: number;
}
type ColumnsOf<T extends readonly ColumnShape[]> = {
  readonly [Shape in T[number] as Shape["name"]]: ArrayOf<Shape["dtype"]>;
};
/** One row per track (or `width` values per row), in ascending track number. */
export type TrackColumns = ColumnsOf<typeof TRACK_COLUMNS>;
/** Lines of bearing not tied to a track, complete in every frame. */
export type LobColumns = ColumnsOf<typeof LOB_COLUMNS>;

export interface Frame {
  readonly type: "snapshot" | "delta";
  readonly seq: number;
  readonly base_seq: number;
  readonly exercise: string;
  readonly scope: Scope;
  readonly cycle: number;
  readonly cycle_s: number;
  readonly valid_from_s: number;
  readonly valid_at_s: number;
  readonly due_at_s: number;
  readonly closed_at_s: number;
  readonly published_at_s: number;
  readonly received_at_s: number;
  readonly sent_at_s: number;
  readonly next_due_at_s: number;
  readonly caught_up: boolean;
  readonly clock: ClockState | null;
  readonly label: Label;
  /** Tracks in the picture after this frame is applied. */
  readonly tracks: number;
  /** Rows in this frame's track columns. */
  readonly rows: number;
  readonly columns: TrackColumns;
  readonly removed: Uint32Array;
  readonly lobs: LobColumns;
  readonly sidcs: readonly string[];
  readonly names: readonly string[];
  readonly caveat_sets: readonly (readonly string[])[];
  readonly sources: readonly string[];
  readonly alerts: readonly Alert[];
  readonly sensors: readonly SensorHealth[];
  readonly bytes: number;
}

/** A frame or message that is not what the protocol says: counted, and answered with a resync. */
export class MalformedMessage extends Error {
  constructor(
    readonly field: string,
    readonly wanted: string,
    readonly got: unknown,
  ) {
    super(`${field}: wanted ${wanted}, got ${short(got)}`);
    this.name = "MalformedMessage";
  }
}

/**
 * Read one binary frame.
 *
 * @param buffer the message; the columns returned are views on it.
 * @param text decodes UTF-8; passed in because the pure language has no decoder of its own.
 * @throws MalformedMessage when anything at all is not as documented.
 */
export function parseFrame(buffer: ArrayBuffer, text: (bytes: Uint8Array) => string): Frame {
  const header = parseHeader(buffer, text);
  const rows = header.count("rows", ROWS_MAX);
  // Everything here is simulated and says so; a frame that does not is not one of ours.
  if (header.value("simulated") !== true)
    throw new MalformedMessage("simulated", "true", header.value("simulated"));
  const found = new Map<string, Record<string, unknown>>();
  for (const column of header.list("columns")) {
    const entry = record("columns", column);
    found.set(String(entry.name), entry);
  }
  const view = <D extends Dtype>(name: string, dtype: D, width: number, wanted: number | null): ArrayOf<D> =>
    columnView(buffer, header.end, found.get(name), name, dtype, width, wanted) as ArrayOf<D>;
  const type = header.oneOf("type", ["snapshot", "delta"] as const);
  const lobCount = view("lob_source", "u2", 1, null).length;
  const columns = table(TRACK_COLUMNS, (name, dtype, width) =>
    view(name, dtype, width, rows),
  ) as unknown as TrackColumns;
  const tables = { sidcs: header.strings("sidcs"), names: header.strings("names") };
  const caveatSets = header.list("caveat_sets").map((set) => stringList("caveat_sets", set));
  checkIndex("sidc", columns.sidc, tables.sidcs.length);
  checkIndex("name", columns.name, tables.names.length);
  checkIndex("caveats", columns.caveats, caveatSets.length);
  checkRising(columns.track_number);
  return {
    type,
    seq: header.count("seq"),
    base_seq: type === "delta" ? header.count("base_seq") : 0,
    exercise: header.string("exercise"),
    scope: header.oneOf("scope", SCOPES),
    cycle: header.count("cycle"),
    cycle_s: header.number("cycle_s"),
    valid_from_s: header.number("valid_from_s"),
    valid_at_s: header.number("valid_at_s"),
    due_at_s: header.number("due_at_s"),
    closed_at_s: header.number("closed_at_s"),
    published_at_s: header.number("published_at_s"),
    received_at_s: header.number("received_at_s"),
    sent_at_s: header.number("sent_at_s"),
    next_due_at_s: header.number("next_due_at_s"),
    caught_up: header.value("caught_up") !== false,
    clock: header.value("clock") == null ? null : parseClock(header.value("clock")),
    label: parseLabel(header.value("label")),
    tracks: header.count("tracks", ROWS_MAX),
    rows,
    columns,
    removed: found.has("removed") ? view("removed", "u4", 1, null) : new Uint32Array(0),
    lobs: table(LOB_COLUMNS, (name, dtype, width) =>
      view(name, dtype, width, lobCount),
    ) as unknown as LobColumns,
    ...tables,
    caveat_sets: caveatSets,
    sources: header.strings("sources"),
    alerts: header.list("alerts").map(parseAlert),
    sensors: header.list("sensors").map(parseSensor),
    bytes: buffer.byteLength,
  };
}

/** Read one text message; unknown types are malformed too, so that they are counted. */
export function parseControl(text: string): ServerMessage {
  const fields = new Fields(record("message", parseJson("message", text)));
  const type = fields.oneOf("type", ["hello", "pong", "clock", "inject", "bye", "error"] as const);
  switch (type) {
    case "hello": {
      const cycle_s = fields.value("cycle_s");
      return {
        type,
        session: fields.string("session"),
        exercise: fields.string("exercise"),
        scope: fields.oneOf("scope", SCOPES),
        scopes: fields.strings("scopes").map((scope) => new Fields({ scope }).oneOf("scope", SCOPES)),
        simulated: true,
        server_time_s: fields.number("server_time_s"),
        cycle_s: typeof cycle_s === "number" ? cycle_s : null,
        ping_s: fields.number("ping_s"),
      };
    }
    case "pong":
      return {
        type,
        client_sent_s: fields.number("client_sent_s"),
        server_received_s: fields.number("server_received_s"),
        server_sent_s: fields.number("server_sent_s"),
      };
    case "clock":
      return { type, clock: parseClock(fields.value("clock")) };
    case "inject":
      return { type, inject: record("inject", fields.value("inject")) as unknown as Inject };
    case "bye":
      return { type, reason: fields.oneOf("reason", ["stalled", "shutdown", "too-many-sessions"]) };
    case "error":
      return { type, wanted: String(fields.value("wanted")), got: String(fields.value("got")) };
    default:
      return type satisfies never;
  }
}

/** One message to the server. */
export function encodeControl(message: BrowserMessage): string {
  return JSON.stringify(message);
}

/** The fields of one JSON object, each asked for by name and type. */
class Fields {
  constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  value(name: string): unknown {
    return this.fields[name];
  }

  number(name: string): number {
    const value = this.fields[name];
    if (typeof value !== "number" || !Number.isFinite(value))
      throw new MalformedMessage(name, "a number", value);
    return value;
  }

  count(name: string, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.number(name);
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw new MalformedMessage(name, `a whole number from 0 to ${max}`, value);
    }
    return value;
  }

  string(name: string): string {
    const value = this.fields[name];
    if (typeof value !== "string") throw new MalformedMessage(name, "a string", value);
    return value;
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.fields[name];
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new MalformedMessage(name, `one of ${choices.join(", ")}`, value);
    return found;
  }

  list(name: string): readonly unknown[] {
    const value = this.fields[name];
    if (!Array.isArray(value)) throw new MalformedMessage(name, "a list", value);
    return value;
  }

  strings(name: string): readonly string[] {
    return stringList(name, this.fields[name]);
  }
}

class Header extends Fields {
  constructor(
    fields: Readonly<Record<string, unknown>>,
    readonly end: number,
  ) {
    super(fields);
  }
}

function parseHeader(buffer: ArrayBuffer, text: (bytes: Uint8Array) => string): Header {
  const size = buffer.byteLength;
  if (size > FRAME_BYTES_MAX) throw new MalformedMessage("frame", `at most ${FRAME_BYTES_MAX} bytes`, size);
  if (size < 8) throw new MalformedMessage("frame", "at least 8 bytes", size);
  const head = new DataView(buffer);
  const magic = head.getUint32(0, true);
  if (magic !== FRAME_MAGIC)
    throw new MalformedMessage("magic", FRAME_MAGIC.toString(16), magic.toString(16));
  const length = head.getUint32(4, true);
  if (length % 8 !== 0 || 8 + length > size) {
    throw new MalformedMessage("header length", `a multiple of 8 up to ${size - 8}`, length);
  }
  return new Header(
    record("header", parseJson("header", text(new Uint8Array(buffer, 8, length)))),
    8 + length,
  );
}

function columnView(
  buffer: ArrayBuffer,
  from: number,
  entry: Record<string, unknown> | undefined,
  name: string,
  dtype: Dtype,
  width: number,
  rows: number | null,
): ArrayOf<Dtype> {
  if (entry === undefined) throw new MalformedMessage(name, "a column", undefined);
  if (entry.dtype !== dtype) throw new MalformedMessage(`${name}.dtype`, dtype, entry.dtype);
  if (entry.width !== width) throw new MalformedMessage(`${name}.width`, String(width), entry.width);
  const fields = new Fields(entry);
  const length = fields.count("length", ROWS_MAX * width);
  if (rows !== null && length !== rows * width) {
    throw new MalformedMessage(`${name}.length`, `${rows * width} values`, length);
  }
  const offset = fields.count("offset", FRAME_BYTES_MAX);
  const bytes = length * ARRAYS[dtype].BYTES_PER_ELEMENT;
  if (offset % 8 !== 0 || (length > 0 && offset < from) || offset + bytes > buffer.byteLength) {
    throw new MalformedMessage(
      `${name}.offset`,
      `a multiple of 8 inside the frame's ${buffer.byteLength} bytes`,
      offset,
    );
  }
  return new ARRAYS[dtype](buffer, offset, length);
}

function table(
  shapes: readonly ColumnShape[],
  view: (name: string, dtype: Dtype, width: number) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(shapes.map(({ name, dtype, width }) => [name, view(name, dtype, width)]));
}

function checkIndex(name: string, column: Uint16Array, size: number): void {
  for (let row = 0; row < column.length; row++) {
    if (column[row] >= size)
      throw new MalformedMessage(`${name}[${row}]`, `a place below ${size}`, column[row]);
  }
}

/** The picture is kept in ascending track number; merging and searching rely on it. */
function checkRising(numbers: Uint32Array): void {
  for (let row = 1; row < numbers.length; row++) {
    if (numbers[row] <= numbers[row - 1]) {
      throw new MalformedMessage(`track_number[${row}]`, `more than ${numbers[row - 1]}`, numbers[row]);
    }
  }
}

function parseClock(value: unknown): ClockState {
  const fields = new Fields(record("clock", value));
  for (const name of ["startex_s", "wall_at_s", "exercise_at_s", "rate", "revision"]) fields.number(name);
  if (typeof fields.value("running") !== "boolean") {
    throw new MalformedMessage("clock.running", "true or false", fields.value("running"));
  }
  return value as ClockState;
}

function parseLabel(value: unknown): Label {
  const fields = new Fields(record("label", value));
  fields.count("classification", 3);
  fields.strings("releasable_to");
  fields.strings("caveats");
  return value as Label;
}

function parseAlert(value: unknown): Alert {
  const fields = new Fields(record("alerts", value));
  for (const name of ["alert_id", "alert_kind", "text"]) fields.string(name);
  fields.oneOf("severity", ["info", "warning", "critical"]);
  fields.number("raised_at_s");
  return value as Alert;
}

function parseSensor(value: unknown): SensorHealth {
  const fields = new Fields(record("sensors", value));
  fields.string("sensor");
  fields.oneOf("discipline", ["radar", "sigint", "cyber"]);
  fields.number("last_measured_s");
  fields.number("trust");
  return value as SensorHealth;
}

function parseJson(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedMessage(field, "JSON", error instanceof Error ? error.message : text);
  }
}

function record(field: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedMessage(field, "an object", value);
  }
  return value as Record<string, unknown>;
}

function stringList(field: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw new MalformedMessage(field, "a list of strings", value);
  }
  return value;
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
