import { expect, test } from "vitest";
import { align, UNALIGNED } from "../../src/feed/alignment";

const MILLISECOND_S = 0.001;

/** The server is `offset_s` ahead; the ways there and back take their times, the server 1 ms. */
function anExchange(offset_s: number, there_s: number, back_s: number, at_s = 100) {
  const server_received_s = at_s + there_s + offset_s;
  return {
    client_sent_s: at_s,
    server_received_s,
    server_sent_s: server_received_s + MILLISECOND_S,
    client_received_s: at_s + there_s + MILLISECOND_S + back_s,
  };
}

test("equal ways give the offset exactly, and half the round trip as its error", () => {
  const alignment = align(UNALIGNED, anExchange(0.25, 0.01, 0.01));

  expect(alignment.offset_s).toBeCloseTo(0.25, 9);
  expect(alignment.error_s).toBeCloseTo(0.01, 9);
});

test("the true offset is within the stated error however lopsided the ways are", () => {
  const alignment = align(UNALIGNED, anExchange(-3, 0.08, 0.002));

  expect(Math.abs(alignment.offset_s - -3)).toBeLessThanOrEqual(alignment.error_s);
});

test("of several exchanges the one with the least round trip is believed", () => {
  const exchanges = [anExchange(0.25, 0.1, 0.3), anExchange(0.25, 0.001, 0.001), anExchange(0.25, 0.4, 0.05)];

  const alignment = exchanges.reduce(align, UNALIGNED);

  expect(alignment.offset_s).toBeCloseTo(0.25, 6);
  expect(alignment.error_s).toBeCloseTo(MILLISECOND_S, 9);
});

test("an old good exchange is forgotten in the end, so that a drifting clock is followed", () => {
  const first = align(UNALIGNED, anExchange(0, 0.001, 0.001));

  const later = Array.from({ length: 24 }, () => anExchange(0.5, 0.01, 0.01)).reduce(align, first);

  expect(later.offset_s).toBeCloseTo(0.5, 9);
});

test("an exchange that came back before it left is ignored", () => {
  const alignment = align(UNALIGNED, anExchange(0, -0.2, 0.1));

  expect(alignment).toBe(UNALIGNED);
});
