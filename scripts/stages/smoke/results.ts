// The output of a smoke run -> counts. Pure.
import type { SmokeRun } from "../../model/targets/triple.ts";
import { HOST_NAME } from "../../target-side/host/sources.ts";
import type { Outcome } from "../../tools/exec.ts";

export type Counts = { passed: number; failed: number; runtime: string };

/** Reads the counts of a run: the JSON that the smoke script wrote, or libtest's summary. */
export function readOutcome(kind: SmokeRun["kind"], outcome: Pick<Outcome, "stdout">, resultFile: string | undefined): Counts {
  if (kind === "node") return fromResultFile(resultFile);
  // The script sees the Node that the host stands in for.
  if (kind === "host") return { ...fromResultFile(resultFile), runtime: HOST_NAME };
  return fromLibtest(outcome.stdout);
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
