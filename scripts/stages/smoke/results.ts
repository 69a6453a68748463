// The output of a smoke run -> counts. Pure.
import type { SmokeRun } from "../../model/targets/triple.ts";
import { HOST_NAME } from "../../target-side/host/sources.ts";
import type { Outcome } from "../../tools/exec.ts";

export type Counts = { passed: number; failed: number; runtime: string };

/** Reads the counts of a run: the JSON that the smoke script wrote, libtest's summary, or the probe host's line. */
export function readOutcome(kind: SmokeRun["kind"], outcome: Pick<Outcome, "stdout">, resultFile: string | undefined): Counts {
  if (kind === "node") return fromResultFile(resultFile);
  // The script sees the Node that the host stands in for.
  if (kind === "host") return { ...fromResultFile(resultFile), runtime: HOST_NAME };
  return kind === "tests" ? fromLibtest(outcome.stdout) : fromProbe(outcome.stdout);
}

function fromResultFile(text: string | undefined): Counts {
  if (text === undefined) return { passed: 0, failed: 0, runtime: "Node" };
  const result = JSON.parse(text) as { passed?: number; failed?: number; node?: string };
  return {
    passed: result.passed ?? 0,
    failed: result.failed ?? 0,
    runtime: result.node ? `Node ${result.node.replace(/^v/, "")}` : "Node",
  };
}

function fromLibtest(stdout: string): Counts {
  const counts = { passed: 0, failed: 0, runtime: "" };
  for (const match of stdout.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)) {
    counts.passed += Number(match[1]);
    counts.failed += Number(match[2]);
  }
  return counts;
}

function fromProbe(stdout: string): Counts {
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  if (!line) return { passed: 0, failed: 0, runtime: "probe host" };
  const report = JSON.parse(line) as { ok: boolean; exports: unknown[] };
  return {
    passed: report.ok ? 1 : 0,
    failed: report.ok ? 0 : 1,
    runtime: `probe host, ${report.exports.length} export${report.exports.length === 1 ? "" : "s"}`,
  };
}
