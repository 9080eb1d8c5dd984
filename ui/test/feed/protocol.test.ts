import { describe, expect, test } from "vitest";
import { MalformedMessage, parseControl, parseFrame } from "../../src/feed/protocol";
import { aFrame, decode, frameBytes } from "../frames";

const parse = (buffer: ArrayBuffer) => parseFrame(buffer, decode);

describe("a frame", () => {
  test("gives its columns as views on its own bytes", () => {
    const buffer = frameBytes({ columns: { track_number: [7, 9], lat_deg: [34.5, -12.25] } });

    const frame = parse(buffer);

    expect([...frame.columns.lat_deg]).toEqual([34.5, -12.25]);
    expect(frame.columns.lat_deg.buffer).toBe(buffer);
  });

  test("without any track is read", () => {
    expect(aFrame().columns.track_number).toHaveLength(0);
  });

  test("keeps unknown values as NaN", () => {
    const frame = aFrame({ columns: { track_number: [7], height_m: [Number.NaN] } });

    expect(frame.columns.height_m[0]).toBeNaN();
  });

  test.each([
    ["that does not say it is simulated", { simulated: false }, "simulated"],
    ["of an unknown type", { type: "patch" }, "type"],
    ["with a time that is no number", { valid_at_s: "noon" }, "valid_at_s"],
    ["of an unknown scope", { scope: "XYZ" }, "scope"],
    ["with more rows than its columns hold", { rows: 3 }, "track_number.length"],
    ["with too many rows", { rows: 1e9 }, "rows"],
    ["whose alert has no text", { alerts: [{ alert_id: "a", alert_kind: "jamming" }] }, "text"],
    ["whose label is missing", { label: null }, "label"],
  ])("%s is refused, naming the field", (_, header, field) => {
    const buffer = frameBytes({ header, columns: { track_number: [7] } });

    expect(() => parse(buffer)).toThrow(MalformedMessage);
    expect(() => parse(buffer)).toThrow(field);
  });

  test("whose index points outside its string table is refused", () => {
    const buffer = frameBytes({ columns: { track_number: [7], sidc: [5] } });

    expect(() => parse(buffer)).toThrow("sidc[0]: wanted a place below 1, got 5");
  });

  test("whose track numbers do not rise is refused", () => {
    const buffer = frameBytes({ columns: { track_number: [9, 7] } });

    expect(() => parse(buffer)).toThrow("track_number[1]");
  });

  test("cut off anywhere is refused and never read past its end", () => {
    const whole = frameBytes({ columns: { track_number: [1, 2, 3] } });
    const cuts = Array.from({ length: 60 }, (_, k) => Math.floor((k * whole.byteLength) / 60));

    const outcomes = cuts.map((cut) => outcomeOf(() => parse(whole.slice(0, cut))));

    expect(new Set(outcomes)).toEqual(new Set(["MalformedMessage"]));
  });

  test("with any one byte of its header changed is read or refused, and nothing else", () => {
    const whole = frameBytes({ columns: { track_number: [1, 2] } });

    const outcomes = Array.from({ length: 3000 }, (_, k) => {
      const bytes = new Uint8Array(whole.slice(0));
      bytes[k] ^= 1 << (k % 8);
      return outcomeOf(() => parse(bytes.buffer));
    });

    expect(
      [...new Set(outcomes)].filter((outcome) => outcome !== "MalformedMessage" && outcome !== "read"),
    ).toEqual([]);
  });
});

describe("a control message", () => {
  test("of a known type is read", () => {
    const text = JSON.stringify({
      type: "pong",
      client_sent_s: 1,
      server_received_s: 2,
      server_sent_s: 3,
      more: true,
    });

    expect(parseControl(text)).toEqual({
      type: "pong",
      client_sent_s: 1,
      server_received_s: 2,
      server_sent_s: 3,
    });
  });

  test.each(["", "{", "[]", "null", '{"type":"surprise"}', '{"type":"pong"}', '{"type":"clock","clock":{}}'])(
    "that reads %s is refused",
    (text) => {
      expect(() => parseControl(text)).toThrow(MalformedMessage);
    },
  );
});

function outcomeOf(read: () => unknown): string {
  try {
    read();
    return "read";
  } catch (error) {
    return error instanceof Error ? error.constructor.name : "something that is no error";
  }
}
