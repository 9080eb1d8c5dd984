import { expect, test } from "vitest";
import { Drawing, LINE_FLOATS, SPRITE_FLOATS, strengthAtAge } from "../../src/layers/drawing";

const WHITE = [255, 255, 255, 255] as const;

test("places are relative to the origin, in the nearest copy of the world", () => {
  const drawing = new Drawing();
  drawing.clear({ x: 0.99, y: 0.5 });

  drawing.addSprite("dot", 0.01, 0.5, 0, 0, 0, 0, 1);

  expect(drawing.sprites.dot[0]).toBeCloseTo(0.02, 6);
});

test("a list grows as far as it is filled and keeps what is in it", () => {
  const drawing = new Drawing();
  drawing.clear({ x: 0, y: 0 });
  const anchor = { x: 0.125, y: 0.25, vx: 0, vy: 0 };

  for (let k = 0; k < 10_000; k++) {
    drawing.addLine(anchor, 0, 0, k, 0, 1, WHITE, WHITE);
    drawing.addSprite("large", 0.25, 0.5, 0, 0, k, 0, 1);
  }

  expect(drawing.lines[9_999 * LINE_FLOATS + 6]).toBe(9_999);
  expect(drawing.lineColours.length).toBeGreaterThanOrEqual(10_000 * 8);
  expect(drawing.sprites.large[9_999 * SPRITE_FLOATS + 4]).toBe(9_999);
});

test("lines stop at their bound", () => {
  const drawing = new Drawing();
  const anchor = { x: 0, y: 0, vx: 0, vy: 0 };

  for (let k = 0; k < 200_010; k++) drawing.addLine(anchor, 0, 0, 0, 0, 1, WHITE, WHITE);

  expect(drawing.lineCount).toBe(200_000);
});

test("a track fades from one minute to five, and never away", () => {
  expect([0, 60, 180, 300, 9999].map(strengthAtAge).map((strength) => Number(strength.toFixed(3)))).toEqual([
    1, 1, 0.7, 0.4, 0.4,
  ]);
});
