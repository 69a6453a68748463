// A step that fails: that a compiler was killed for want of memory is told.
import { expect, test } from "vitest";
import { BoardkitError } from "../lib/errors.ts";
import { outOfMemory } from "./execute.ts";

// As cargo 1.95 says it.
const KILLED = `error: could not compile \`grid-opa\` (lib)

Caused by:
  process didn't exit successfully: \`rustc --crate-name grid_opa\` (signal: 9, SIGKILL: kill)`;

test("a compiler that was killed is want of memory, with a mend, and the log is still named", () => {
  const error = new BoardkitError("cargo exited with 101", { code: "BUILD_FAILED", tail: KILLED, mend: "the whole log: /log" });
  expect(outOfMemory(error)).toMatchObject({
    code: "OUT_OF_MEMORY",
    message: expect.stringContaining("a compiler or linker was killed"),
    details: { mend: expect.stringMatching(/CARGO_BUILD_JOBS=1[^]*the whole log: \/log/) },
  });
});

test("other failures stay what they are", () => {
  expect(outOfMemory(new BoardkitError("x", { code: "BUILD_FAILED", tail: "error[E0432]: unresolved import" }))).toBeUndefined();
  expect(outOfMemory(new Error("(signal: 9, SIGKILL: kill)"))).toBeUndefined();
});
