import { expect, it } from "vitest";
import { pretty } from "./pretty";

it("sets JSON out by lines as JSON.stringify would", () => {
  const held = { a: [1, { b: "x,{}[]:\\\"" }, []], c: {}, d: null, e: [{}] };
  expect(pretty(JSON.stringify(held))).toBe(JSON.stringify(held, null, 2));
  expect(pretty('  {"a":\n1 , "b" : true}')).toBe('{\n  "a": 1,\n  "b": true\n}');
});

it("keeps what reading it would lose", () => {
  expect(pretty('{"a":12345678901234567890,"a":1.50}')).toBe('{\n  "a": 12345678901234567890,\n  "a": 1.50\n}');
});

it("leaves what is no JSON", () => {
  expect(pretty('{"eventTime": "2026')).toBeNull();
});
