import { expect, test } from "vitest";
import { tokenOf } from "../../src/feed/token";

test.each([
  ["#token=abc-123", "abc-123"],
  ["#map&token=a%20b", "a b"],
  ["", null],
  ["#map", null],
])("the token of %j is %j", (hash, token) => {
  expect(tokenOf(hash)).toBe(token);
});
