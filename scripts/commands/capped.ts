// `boardkit smoke --memory`: its option, its table, its end.
import { InvalidArgumentError } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { formatSeconds, formatTable } from "../lib/reporter.ts";
import { CAP_MEANING, type CappedRun } from "../stages/smoke/memory.ts";

/** MiB of a size such as `64m`. */
export function parseMemory(text: string): number {
  const [, digits] = /^(\d+)m(?:ib)?$/i.exec(text) ?? [];
  const size = Number(digits);
  // Below it no engine starts a container.
  if (size >= 6) return size;
  throw new InvalidArgumentError("it is a number of MiB with an m behind it, 64m say, and at least 6m.");
}

/** One row a run, and what they mean. */
export function describeCapped(rows: CappedRun[]): string {
  const first = (text: string) => text.split("\n")[0] ?? "";
  const cells = rows.map(({ target, kind, cpu, memoryMiB, alone, addon }) => [
    target,
    `${kind} on ${cpu}`,
    `${memoryMiB} MiB`,
    first(alone.text),
    `${first(addon.text)} ${formatSeconds(addon.seconds)}`,
  ]);
  return `${formatTable(["target", "run", "memory", "without the addon", "with it"], cells)}\n\n${CAP_MEANING}`;
}

/** Throws when a run did not pass: whether the addon is what does not fit. */
export function failOnCap(rows: CappedRun[]): void {
  const bad = rows.filter(({ addon }) => addon.verdict !== "passed");
  if (bad.length === 0) return;
  const killed = bad.filter(({ addon }) => addon.verdict === "killed");
  const isAddon = killed.some(({ alone }) => alone.verdict === "passed");
  const memoryFix = isAddon
    ? "without the addon it runs: lower its caps (a profile of docs/profiles.md), or allow more memory"
    : "it does not run without the addon either: allow more memory, which the emulator takes too";
  throw new BoardkitError(`${bad.length} ${bad.length === 1 ? "run" : "runs"} did not pass with that much memory`, {
    code: killed.length > 0 ? "OUT_OF_MEMORY" : "SMOKE_FAILED",
    tail: bad.map(({ target, kind, addon }) => `${target}, ${kind}: ${addon.text}`).join("\n"),
    fix:
      killed.length > 0 ? memoryFix : "memory was not what ended it: run `boardkit smoke` without --memory, which tells whose fault it is",
  });
}
