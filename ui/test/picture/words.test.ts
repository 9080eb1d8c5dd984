import { expect, test } from "vitest";
import {
  courseDeg,
  dtgText,
  labelText,
  latText,
  lonText,
  nationsOf,
  trackLabel,
  trustFlagWords,
  zuluText,
} from "../../src/picture/words";

const AT_S = Date.UTC(2031, 4, 14, 8, 56, 7) / 1000;

test.each([
  [23.5685, "23°34.11′N"],
  [-0.5, "00°30.00′S"],
  // Rounding must carry: 60 minutes are a degree.
  [9.999999, "10°00.00′N"],
])("latitude %s reads %s", (lat_deg, text) => {
  expect(latText(lat_deg)).toBe(text);
});

test("longitude has three digits of degrees", () => {
  expect([lonText(119.64533), lonText(-5.25)]).toEqual(["119°38.72′E", "005°15.00′W"]);
});

test("times are Zulu, as a clock and as a date-time group", () => {
  expect([zuluText(AT_S), dtgText(AT_S)]).toEqual(["08:56:07Z", "140856ZMAY31"]);
});

test("a time that is not known is dashes", () => {
  expect(zuluText(Number.NaN)).toBe("--:--:--Z");
});

test("course runs clockwise from north", () => {
  expect([courseDeg(0, 5), courseDeg(5, 0), courseDeg(-5, 0)]).toEqual([0, 90, 270]);
});

test("a track label has at least four digits", () => {
  expect([trackLabel(714), trackLabel(10714)]).toEqual(["T0714", "T10714"]);
});

test("a label names class, nations and caveats", () => {
  expect(labelText(3, nationsOf(0b101), ["ORCON"])).toBe("SECRET // REL USA KOR // ORCON");
});

test("trust flags are told in words", () => {
  expect(trustFlagWords(5)).toEqual(["Self report disputed", "GNSS jammed"]);
});
