import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test("neither commands for the terminal nor control characters are left", () => {
  expect(printable("\u001B[31mred\u001B[0m\u001B]0;title\u0007 a\tb\r\nc\u0000d\u009Be")).toBe("red a\tb\nc\uFFFDd\uFFFDe");
  expect(printable("ünï ✓\n")).toBe("ünï ✓\n");
});

test("long lines end early", () => {
  expect(printable(`short\n${"x".repeat(100_000)}\n`)).toBe(`short\n${"x".repeat(500)}…\n`);
});
