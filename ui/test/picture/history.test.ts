import { expect, test } from "vitest";
import { NO_HISTORY, pathOf, remember } from "../../src/picture/history";
import { apply, type Picture } from "../../src/picture/picture";
import { aFrame } from "../frames";

function pictureAt(valid_at_s: number, lat_deg: number, header: object = {}): Picture {
  const columns = { track_number: [3], lat_deg: [lat_deg], lon_deg: [120] };
  const result = apply(null, aFrame({ header: { valid_at_s, ...header }, columns }));
  if (result.outcome !== "applied") throw new Error(result.reason);
  return result.picture;
}

test("a history is where a track was, oldest first", () => {
  const history = [pictureAt(30, 10), pictureAt(60, 11), pictureAt(90, 12)].reduce(remember, NO_HISTORY);

  expect(pathOf(history, 3)).toEqual([10, 120, 11, 120, 12, 120]);
});

test("pictures that follow fast are thinned out", () => {
  const history = [pictureAt(30, 10), pictureAt(31, 11), pictureAt(46, 12)].reduce(remember, NO_HISTORY);

  expect(pathOf(history, 3)).toEqual([10, 120, 12, 120]);
});

test("another scope begins a new history, so that nothing of the old one is shown in it", () => {
  const history = [pictureAt(30, 10), pictureAt(60, 11, { scope: "JPN" })].reduce(remember, NO_HISTORY);

  expect(pathOf(history, 3)).toEqual([11, 120]);
});

test("a long exercise keeps a bounded history", () => {
  const pictures = Array.from({ length: 200 }, (_, k) => pictureAt(30 * k, k % 80));

  expect(pictures.reduce(remember, NO_HISTORY).samples).toHaveLength(40);
});

test("a track that never was has no history", () => {
  expect(pathOf(remember(NO_HISTORY, pictureAt(30, 10)), 4)).toEqual([]);
});
