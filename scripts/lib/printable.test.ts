import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test.each([
  ["kitchen", "kitchen"],
  ["Küche 厨房 🍲", "Küche 厨房 🍲"],
  ["\u001B[2J\u001B]0;title\u0007", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"],
  ["a\nb\r\tc\u007F\u009B31m", "a\\u{a}b\\u{d}\\u{9}c\\u{7f}\\u{9b}31m"],
  ["safe\u202Egnp.exe\u2028\u200B\uFEFF\uD800", "safe\\u{202e}gnp.exe\\u{2028}\\u{200b}\\u{feff}\\u{d800}"],
])("%j", (text, shown) => expect(printable(text)).toBe(shown));

test("a long text is cut", () => {
  expect(printable("x".repeat(300))).toBe(`${"x".repeat(79)}…`);
  expect(printable("\u001B".repeat(300))).toHaveLength(80);
});
