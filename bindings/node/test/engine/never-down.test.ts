import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// Alone it takes a second or two.
const PATIENCE_MS = 60_000;

test("a process lives through what would end it without limits", { timeout: PATIENCE_MS }, () => {
  const script = fileURLToPath(new URL("never-down.mjs", import.meta.url));
  const output = execFileSync(process.execPath, [script], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const limits = ["sum", "brackets", "calls", "ruled", "called", "range", "longest", "addresses"];
  // As OPA has them: a rule that is not asked is not evaluated, and Go pads to no such width.
  const others = {
    rules: "loaded",
    functions: "loaded",
    recursion: "GRID_COMPILE",
    padding: "%!(NOVERB)%!(EXTRA int64=1)",
    layout: "undefined",
  };
  const ends = { ...Object.fromEntries(limits.map((name) => [name, "GRID_LIMIT"])), ...others };
  const lines = output.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([ends, ends]);
});
