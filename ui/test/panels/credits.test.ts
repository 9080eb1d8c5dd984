import { expect, test } from "vitest";
import { LINES_MAX, toldOf } from "../../src/panels/credits";

const CREDIT = {
  source: "jpn-radar-1",
  epoch: 2,
  sequence: 41,
  row: 7,
  measured_at_s: 1000,
  residual_sigma: 0.8,
  weight: 0.25,
  trust: 1,
  founding: false,
};
const ANSWER = {
  cycle: 5,
  valid_at_s: 1005,
  cycles: [
    { cycle: 4, valid_at_s: 975 },
    { cycle: 5, valid_at_s: 1005 },
  ],
  credits: [CREDIT],
  left_out: 0,
  lost: 0,
};

test("a report is told with its id, residual, weight and trust", () => {
  expect(toldOf(ANSWER)?.credits).toEqual([
    {
      source: "jpn-radar-1",
      report: "2/41/7",
      measured_at_s: 1000,
      residual_sigma: 0.8,
      weight: 0.25,
      trust: 1,
      founding: false,
    },
  ]);
});

test("cycles are listed newest first", () => {
  expect(toldOf(ANSWER)?.cycles.map(({ cycle }) => cycle)).toEqual([5, 4]);
});

test("the cycle that is told is among those that can be picked", () => {
  expect(toldOf({ ...ANSWER, cycles: [] })?.cycles).toEqual([{ cycle: 5, valid_at_s: 1005 }]);
});

test("a founding report has no residual", () => {
  const founding = { ...CREDIT, residual_sigma: null, weight: null, founding: true };

  expect(toldOf({ ...ANSWER, credits: [founding] })?.credits[0]).toMatchObject({
    residual_sigma: null,
    weight: null,
    founding: true,
  });
});

test("a cycle without reports tells none, and nothing is missing", () => {
  expect(toldOf({ ...ANSWER, credits: [] })).toMatchObject({ credits: [], notes: [] });
});

test("reports beyond the bounds of the list, of the answer and of the journal are counted", () => {
  const told = toldOf({ ...ANSWER, credits: Array(LINES_MAX + 3).fill(CREDIT), left_out: 4, lost: 9 });

  expect(told?.credits).toHaveLength(LINES_MAX);
  expect(told?.notes).toEqual([
    "7 older reports are not listed.",
    "Incomplete: 9 reports of this cycle were not noted.",
  ]);
});

test.each([null, [], "no", {}, { cycle: 5 }])("from %j nothing is read", (body) => {
  expect(toldOf(body)).toBeNull();
});
