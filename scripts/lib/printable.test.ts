import { expect, test } from "vitest";
import { printable, printableName } from "./printable.ts";

test.each([
  ["kitchen", "kitchen"],
  ["Küche 厨房 🍲", "Küche 厨房 🍲"],
  ["\u001B[2J\u001B]0;title\u0007", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"],
  ["a\nb\r\tc\u007F\u009B31m", "a\\u{a}b\\u{d}\\u{9}c\\u{7f}\\u{9b}31m"],
  ["safe\u202Egnp.exe\u2028\u200B\uFEFF\uD800", "safe\\u{202e}gnp.exe\\u{2028}\\u{200b}\\u{feff}\\u{d800}"],
])("%j", (text, shown) => expect(printableName(text)).toBe(shown));

test("a long name is cut", () => {
  expect(printableName("x".repeat(300))).toBe(`${"x".repeat(79)}…`);
  expect(printableName("\u001B".repeat(300))).toHaveLength(80);
});

test("neither commands for the terminal nor control characters are left", () => {
  expect(printable("\u001B[31mred\u001B[0m\u001B]0;title\u0007 a\tb\r\nc\u0000d\u009Be")).toBe("red a\tb\nc\uFFFDd\uFFFDe");
  expect(printable("ünï ✓\n")).toBe("ünï ✓\n");
});

test("long lines end early", () => {
  expect(printable(`short\n${"x".repeat(100_000)}\n`)).toBe(`short\n${"x".repeat(500)}…\n`);
});
