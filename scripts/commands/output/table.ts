// The table at the end of build, smoke and ship.
import { formatBytes, formatSeconds, formatTable } from "../../lib/reporter.ts";
import type { SkippedTarget } from "../../model/plan.ts";
import type { Manifest, RunResult } from "../../model/report/manifest.ts";

const HEADER = ["target", "size", "needs", "built in", "smoke", "where"];

/** One row per target; below, why runs were skipped, the stand-ins, and the cases that differ between runtimes. */
export function describeTable(manifests: Manifest[], skipped: SkippedTarget[]): string {
  const notes: string[] = [];
  const rows = manifests.map((manifest) => {
    const { artifact, audit, steps, smoke, target } = manifest;
    const libc = audit?.elf.glibc ? `glibc ${audit.elf.glibc}` : audit?.elf.needed.join(" ") || "nothing";
    return [
      target.triple,
      formatBytes(artifact.bytes),
      libc,
      formatSeconds(steps.build?.seconds ?? 0),
      summarise(smoke),
      smoke.map((run) => describeRun(run, notes)).join("; "),
    ];
  });
  for (const { target, reason } of skipped) rows.push([target, "-", "-", "-", "skipped", reason]);
  const legend = notes.map((note, index) => `[${index + 1}] ${note}`);
  return [formatTable(HEADER, rows), ...(legend.length > 0 ? ["", ...legend] : [])].join("\n");
}

function summarise(smoke: RunResult[]): string {
  if (smoke.length === 0) return "not run";
  const passed = smoke.reduce((sum, run) => sum + run.passed, 0);
  const failed = smoke.filter((run) => run.outcome === "failed").length;
  const seconds = smoke.reduce((sum, run) => sum + run.seconds, 0);
  return failed > 0 ? `${failed} FAILED` : `${passed} passed ${formatSeconds(seconds)}`;
}

function describeRun(run: RunResult, notes: string[]): string {
  const isSkipped = run.outcome === "skipped";
  const where = isSkipped ? `${run.kind} skipped` : `${run.runtime} on ${run.cpu}`;
  const own = [
    ...(isSkipped && run.reason ? [`skipped: ${run.reason}`] : []),
    ...(run.standsIn && !isSkipped ? [`stand-in: ${run.standsIn}`] : []),
    ...(run.differs ? [`${run.runtime} differs from Node${run.differs.length > 0 ? ` in ${run.differs.join("; ")}` : ""}`] : []),
  ];
  for (const note of own) if (!notes.includes(note)) notes.push(note);
  return [where, ...own.map((note) => `[${notes.indexOf(note) + 1}]`)].join(" ");
}
