// The result of the smoke script in Bun or Deno, beside that in Node. Pure.
import type { RunResult } from "../../model/report/manifest.ts";

/** What is compared of a run. */
export type Compared = Pick<RunResult, "kind" | "outcome" | "passed" | "failed" | "failures" | "runtime">;

/** The run that a runtime is compared with: the target's Node, else the host; undefined if it came to no result. */
export function findReference(results: readonly RunResult[]): RunResult | undefined {
  const usable = results.filter(({ passed, failed }) => passed + failed > 0);
  return usable.find(({ kind }) => kind === "node") ?? usable.find(({ kind }) => kind === "host");
}

export type Difference = {
  /** The cases that end differently, as far as the smoke script names its failures. */
  cases: string[];
  /** The difference in one line, with both runtimes. */
  text: string;
};

/** How a run differs from that in Node; undefined if cases and counts are the same. */
export function findDifference(run: Compared, node: Compared): Difference | undefined {
  const [own, others] = [run.failures ?? [], node.failures ?? []];
  const worse = own.filter((name) => !others.includes(name));
  const better = others.filter((name) => !own.includes(name));
  const parts = [
    ...(worse.length > 0 ? [`fails, and passes in ${node.runtime}: ${worse.join("; ")}`] : []),
    ...(better.length > 0 ? [`passes, and fails in ${node.runtime}: ${better.join("; ")}`] : []),
  ];
  const isSameCount = run.passed === node.passed && run.failed === node.failed;
  // Also beside names, which may be of some failures only.
  if (!isSameCount) parts.push(`${countsOf(run)}, and in ${node.runtime} ${countsOf(node)}`);
  return parts.length > 0 ? { cases: [...worse, ...better], text: `${run.runtime} differs from Node: ${parts.join("\n  ")}` } : undefined;
}

const countsOf = ({ passed, failed }: Compared) => (passed + failed === 0 ? "no result" : `${passed} passed and ${failed} failed`);
