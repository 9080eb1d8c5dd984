import { expect, test } from "vitest";
import { type LabelBox, placeLabels } from "../../src/layers/declutter";

const SIZE = { width: 36, height: 22 };

function overlaps(labels: readonly LabelBox[], placed: ReturnType<typeof placeLabels>): number {
  const boxes = placed.map(({ label, left, top }) => ({
    left,
    top,
    right: left + labels[label].width,
    bottom: top + labels[label].height,
  }));
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
  ).length;
}

/** A fixed, dense scatter over 400 by 300 pixels. */
const CROWD = Array.from({ length: 200 }, (_, k) => ({ x: (k * 137) % 400, y: (k * 89) % 300, ...SIZE }));

test("a lone label stands to the right of its symbol", () => {
  const [placed] = placeLabels([{ x: 100, y: 100, ...SIZE }], 10);

  expect(placed.left).toBeGreaterThan(100);
  expect(placed.top + SIZE.height / 2).toBe(100);
});

test("labels never overlap one another, however crowded it is", () => {
  expect(overlaps(CROWD, placeLabels(CROWD, 1000))).toBe(0);
});

test("where there is no room the less important label is left out", () => {
  const placed = placeLabels(CROWD, 1000);

  expect(placed.length).toBeLessThan(CROWD.length);
  expect(placed[0].label).toBe(0);
});

test("no more labels are placed than asked for", () => {
  expect(placeLabels(CROWD, 5)).toHaveLength(5);
});

test("the same tracks give the same labels", () => {
  expect(placeLabels(CROWD, 50)).toEqual(placeLabels(CROWD, 50));
});
