import { expect, test } from "vitest";
import { contributionsOf } from "../../src/panels/provenance";

const ANSWER = {
  contributions: [
    { source: "jpn-radar-1", measured_at_s: 10, trust: 0.5, residual_sigma: 1.25, count: 4 },
    {
      source: "usa-sigint-1",
      discipline: "sigint",
      measured_at_s: 30,
      label: { classification: 2, releasable_to: ["USA"], caveats: ["ORCON"] },
    },
  ],
};

test("contributions are listed newest first", () => {
  expect(contributionsOf(ANSWER, []).map(({ source }) => source)).toEqual(["usa-sigint-1", "jpn-radar-1"]);
});

test("a label is told in one line", () => {
  expect(contributionsOf(ANSWER, [])[0].label).toBe("CONFIDENTIAL // REL USA // ORCON");
});

test("what the answer leaves out stays unknown", () => {
  expect(contributionsOf(ANSWER, [])[0]).toMatchObject({ trust: null, residual_sigma: null, count: null });
});

test.each([null, [], "no", { contributions: "none" }, { contributions: [null, 3] }])(
  "from %j nothing is read",
  (body) => {
    expect(contributionsOf(body, [])).toEqual([]);
  },
);
