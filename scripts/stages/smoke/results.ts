// The output of a smoke run -> counts. Pure.
import { z } from "zod";
import type { RunResult } from "../../model/report/manifest.ts";
import { HOST_NAME } from "../../target-side/host/sources.ts";
import type { Outcome } from "../../tools/exec.ts";

export type Counts = { passed: number; failed: number; runtime: string };

/** Reads the counts of a run: the JSON that the smoke script wrote, or libtest's summary. */
export function readOutcome(kind: RunResult["kind"], outcome: Pick<Outcome, "stdout">, resultFile: string | undefined): Counts {
  if (kind === "tests") return fromLibtest(outcome.stdout);
  // The script sees the Node that the host stands in for.
  if (kind === "host") return { ...fromResultFile(resultFile), runtime: HOST_NAME };
  return fromResultFile(resultFile);
}

/** Failed cases, which a script may name. A list of another form is the script's own affair. */
const named = z.object({ failures: z.array(z.object({ name: z.string(), file: z.string().optional() })) });

/** The names of the failed cases in the JSON that a smoke script wrote: `<file>: <name>`, or the name. */
export function readFailures(resultFile: string | undefined): string[] {
  const result = named.safeParse(resultFile === undefined ? undefined : JSON.parse(resultFile));
  return result.success ? result.data.failures.map(({ file, name }) => (file === undefined ? name : `${file}: ${name}`)) : [];
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
