import { expect, test } from "vitest";
import { lacksBuiltin } from "./grid.ts";

test("only a builtin of OPA can be missing", () => {
  const builtins = new Set(["http.send", "count"]);
  expect(lacksBuiltin("there is no function http.send in this build", builtins)).toBe(true);
  expect(lacksBuiltin("undefined function http.send", builtins)).toBe(true);
  expect(lacksBuiltin("the builtin count, which this build lacks", builtins)).toBe(true);
  expect(lacksBuiltin("undefined function acme.send", builtins)).toBe(false);
  expect(lacksBuiltin("unexpected http.send", builtins)).toBe(false);
});
