import { describe, expect, test } from "vitest";
import { apply, type Picture, rowOf } from "../../src/picture/picture";
import { type Asked, aFrame } from "../frames";

function aPicture(asked: Asked = {}): Picture {
  const result = apply(null, aFrame(asked));
  if (result.outcome !== "applied") throw new Error(result.reason);
  return result.picture;
}

function aDelta(asked: Asked, tracks: number): Asked {
  return { ...asked, header: { type: "delta", seq: 2, base_seq: 1, tracks, ...asked.header } };
}

const THREE = { track_number: [1, 5, 9], lat_deg: [10, 50, 90] };

describe("a snapshot", () => {
  test("is the picture, whatever was there before", () => {
    const before = aPicture({ columns: THREE });

    const result = apply(before, aFrame({ header: { seq: 8 }, columns: { track_number: [3] } }));

    expect(result.outcome === "applied" && [...result.picture.columns.track_number]).toEqual([3]);
  });
});

describe("a delta", () => {
  test("changes, adds and removes rows, and keeps them in ascending track number", () => {
    const delta = aFrame(aDelta({ columns: { track_number: [3, 5], lat_deg: [30, 55] }, removed: [9] }, 3));

    const result = apply(aPicture({ columns: THREE }), delta);

    expect(result.outcome === "applied" && [...result.picture.columns.track_number]).toEqual([1, 3, 5]);
    expect(result.outcome === "applied" && [...result.picture.columns.lat_deg]).toEqual([10, 30, 55]);
  });

  test("leaves the picture it was applied to as it was", () => {
    const before = aPicture({ columns: THREE });

    apply(before, aFrame(aDelta({ columns: { track_number: [5], lat_deg: [55] } }, 3)));

    expect([...before.columns.lat_deg]).toEqual([10, 50, 90]);
  });

  test("carries all values of a wide row together", () => {
    const ten = Array.from({ length: 10 }, (_, k) => k);
    const before = aPicture({ columns: { track_number: [1, 2], covariance: [...ten, ...ten] } });

    const result = apply(
      before,
      aFrame(aDelta({ columns: { track_number: [2], covariance: ten.map((k) => 100 + k) } }, 2)),
    );

    expect(result.outcome === "applied" && [...result.picture.columns.covariance]).toEqual([
      ...ten,
      ...ten.map((k) => 100 + k),
    ]);
  });

  test("points into its own string tables, which are joined with the picture's", () => {
    const before = aPicture({
      header: { names: ["", "Halcyon"] },
      columns: { track_number: [1, 2], name: [1, 0] },
    });

    const result = apply(
      before,
      aFrame(
        aDelta(
          { header: { names: ["Larkspur", "Halcyon"] }, columns: { track_number: [2, 3], name: [0, 1] } },
          3,
        ),
      ),
    );

    const names =
      result.outcome === "applied"
        ? [...result.picture.columns.name].map((k) => result.picture.names[k])
        : [];
    expect(names).toEqual(["Halcyon", "Larkspur", "Halcyon"]);
  });

  test.each([
    ["before any snapshot", null, {}],
    ["on another frame", THREE, { base_seq: 7 }],
    ["of another scope", THREE, { scope: "JPN" }],
    ["that does not add up to the tracks it promises", THREE, { tracks: 4 }],
  ])("%s is a gap", (_, columns, header) => {
    const before = columns === null ? null : aPicture({ columns });

    const result = apply(before, aFrame(aDelta({ header, columns: { track_number: [5] } }, 3)));

    expect(result.outcome).toBe("gap");
  });
});

test("any sequence of deltas gives what a plain table of rows gives", () => {
  const random = aGenerator(5);
  const table = new Map<number, number>([[50, 0]]);
  let picture = aPicture({ columns: { track_number: [50], lat_deg: [0] } });

  for (let step = 1; step <= 200; step++) {
    const removed = [...table.keys()].filter(() => random() < 0.1).sort((a, b) => a - b);
    const kept = Array.from({ length: 8 }, () => Math.floor(random() * 100)).filter(
      (number) => !removed.includes(number),
    );
    const changed = [...new Set(kept)].sort((a, b) => a - b);
    for (const number of removed) table.delete(number);
    for (const number of changed) table.set(number, step);
    const asked = { columns: { track_number: changed, lat_deg: changed.map(() => step) }, removed };
    const header = { type: "delta", seq: step + 1, base_seq: step, tracks: table.size };
    const result = apply(picture, aFrame({ ...asked, header }));
    if (result.outcome !== "applied") throw new Error(result.reason);
    picture = result.picture;
  }

  const wanted = [...table].sort(([a], [b]) => a - b);
  expect(
    [...picture.columns.track_number].map((number, row) => [number, picture.columns.lat_deg[row]]),
  ).toEqual(wanted);
});

test("a track is found by its number, and one that is not there is not", () => {
  const numbers = Uint32Array.from([1, 5, 9, 4_000_000_000]);

  expect([1, 9, 4_000_000_000, 2, 0].map((number) => rowOf(numbers, number))).toEqual([0, 2, 3, -1, -1]);
});

/** The same numbers for the same seed (Numerical Recipes' linear congruence). */
function aGenerator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
