import { describe, expect, test } from "vitest";
import { countTracks, listRows, SHOW_ALL, shownRows } from "../../src/picture/filter";
import { apply, type Picture } from "../../src/picture/picture";
import { aFrame } from "../frames";

const [UNKNOWN, FRIEND, HOSTILE] = [1, 3, 6];
const [AIR, SURFACE] = [1, 2];
const FIGHTER = 3;
const TANKER = 16;

/** T0007 a hostile fighter, T0012 a friendly tanker named Halcyon, T0120 an unknown surface track. */
function aPicture(): Picture {
  const result = apply(
    null,
    aFrame({
      header: { names: ["", "Halcyon"] },
      columns: {
        track_number: [7, 12, 120],
        affiliation: [HOSTILE, FRIEND, UNKNOWN],
        domain: [AIR, SURFACE, SURFACE],
        platform_candidate: [FIGHTER, 0, 0, TANKER, 0, 0, 2, 0, 0],
        name: [0, 1, 0],
      },
    }),
  );
  if (result.outcome !== "applied") throw new Error(result.reason);
  return result.picture;
}

const everything = (picture: Picture): Uint8Array => shownRows(picture, SHOW_ALL);
const byNumber = { key: "track", descending: false } as const;

describe("the filter", () => {
  test("hides an affiliation that is switched off", () => {
    const filter = { ...SHOW_ALL, affiliations: SHOW_ALL.affiliations & ~(1 << HOSTILE) };

    expect([...shownRows(aPicture(), filter)]).toEqual([0, 1, 1]);
  });

  test("shows only what passes affiliation and domain both", () => {
    const filter = { affiliations: 1 << UNKNOWN, domains: 1 << AIR };

    expect([...shownRows(aPicture(), filter)]).toEqual([0, 0, 0]);
  });

  test("counts all tracks, hidden or not", () => {
    const counts = countTracks(aPicture());

    expect([counts.affiliations[HOSTILE], counts.domains[SURFACE]]).toEqual([1, 2]);
  });
});

describe("the search", () => {
  test.each([
    ["t0007", [0]],
    ["12", [1, 2]],
    ["halcyon", [1]],
    ["hostile fighter", [0]],
    ["surface", [1, 2]],
    ["hostile tanker", []],
    ["  ", [0, 1, 2]],
  ])("for %j finds rows %j", (text, wanted) => {
    const picture = aPicture();

    const rows = listRows(picture, everything(picture), text, byNumber, (row) => row);

    expect([...rows]).toEqual(wanted);
  });

  test("finds nothing that the filter hides", () => {
    const picture = aPicture();

    const rows = listRows(picture, Uint8Array.from([0, 1, 1]), "t0007", byNumber, (row) => row);

    expect(rows).toHaveLength(0);
  });
});

describe("the order", () => {
  const values = [2, Number.NaN, 1];

  test("ascends with unknown values last", () => {
    const picture = aPicture();

    const rows = listRows(
      picture,
      everything(picture),
      "",
      { key: "aou", descending: false },
      (row) => values[row],
    );

    expect([...rows]).toEqual([2, 0, 1]);
  });

  test("keeps equal rows in ascending track number", () => {
    const picture = aPicture();

    const rows = listRows(picture, everything(picture), "", { key: "speed", descending: true }, () => 5);

    expect([...rows]).toEqual([0, 1, 2]);
  });
});
