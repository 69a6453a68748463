import { expect, test } from "vitest";
import { changeEngine } from "./engine.ts";

const change = { from: "old()", to: "new()", times: 2 };

test("a change replaces its text everywhere", () => {
  expect(changeEngine("a old() b old()", [change])).toBe("a new() b new()");
});

test.each(["a old() b", "old() old() old()"])("a change that does not fit is an error with its file: %s", (text) => {
  expect(() => changeEngine(text, [change])).toThrow(
    expect.objectContaining({ code: "BAD_DATA", message: expect.stringContaining("expected 2") }),
  );
});
