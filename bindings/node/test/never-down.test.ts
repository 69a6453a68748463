import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// Alone it takes a second or two.
const PATIENCE_MS = 60_000;

test("a process lives through what would end it with the core alone, and each is a typed error", { timeout: PATIENCE_MS }, () => {
  const script = fileURLToPath(new URL("never-down.mjs", import.meta.url));
  const output = execFileSync(process.execPath, [script], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const limits = ["rules", "functions", "sum", "brackets", "calls", "range", "longest", "addresses"];
  const codes = { recursion: "GRID_COMPILE", padding: "GRID_EVALUATION", layout: "GRID_INTERNAL" };
  const ends = { ...Object.fromEntries(limits.map((name) => [name, "GRID_LIMIT"])), ...codes };
  const lines = output.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([ends, ends]);
});
