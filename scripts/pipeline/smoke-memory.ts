// Runs of built addons with a cap on memory: QEMU's user mode in a container, whose engine has the kernel end what takes more.
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import { packageRoot } from "../lib/paths.ts";
import type { PlannedRun } from "../model/plan.ts";
import type { Engine } from "../tools/container.ts";
import { describeEnd, run, tailOf, type Outcome } from "../tools/exec.ts";
import type { Context } from "./context.ts";
import { ensureBase } from "./images.ts";
import { readManifest } from "./manifest.ts";
import { readOutcome } from "./smoke-results.ts";
import type { BuiltTarget } from "./smoke.ts";

/** How one run ended under the cap. */
export type CappedEnd = { verdict: "passed" | "killed" | "failed"; text: string; seconds: number };

export type CappedRun = {
  target: string;
  kind: PlannedRun["kind"];
  cpu: string;
  memoryMiB: number;
  /** The same without the addon. */
  alone: CappedEnd;
  addon: CappedEnd;
};

/** What such a run shows, and what it does not. */
export const CAP_MEANING =
  "The cap holds for the emulator too, whose translated code takes tens of MiB: what passes fits; what is killed may still fit a board, which `boardkit board` tells. Neither the kernel's own memory nor other processes count.";

const TIMEOUT_SECONDS = 300;

/** Runs what was built of targets, Node or the probe host, with so much memory. */
export async function smokeCapped(
  places: BuiltTarget[],
  project: string,
  memoryMiB: number,
  engine: Engine,
  context: Context,
): Promise<CappedRun[]> {
  const image = await ensureBase(engine, undefined, context);
  const rows: CappedRun[] = [];
  for (const { triple, dist } of places) {
    const manifest = await readManifest(dist);
    if (!manifest)
      throw new BoardkitError(`${triple} is not built`, {
        code: "NOT_BUILT",
        exit: "usage",
        mend: `run: boardkit build --target ${triple}`,
      });
    const volumes = [...new Set([context.cache, project, packageRoot])];
    for (const planned of manifest.runs.filter(({ kind }) => kind !== "tests")) {
      const capped = (program: string[], name: string) =>
        runCapped({ planned, program, volumes, image, memoryMiB, engine }, join(dist, "logs", `capped-${planned.kind}-${name}`), context);
      const alone = await capped(planned.control, "alone");
      const addon = await capped(planned.program, "addon");
      const report = addon.verdict === "passed" ? context.reporter.done : context.reporter.failed;
      report(`smoke ${planned.kind} in ${memoryMiB} MiB`, triple, addon.seconds, addon.text);
      rows.push({ target: triple, kind: planned.kind, cpu: planned.cpu, memoryMiB, alone, addon });
    }
  }
  return rows;
}

type Capped = { planned: PlannedRun; program: string[]; volumes: string[]; image: string; memoryMiB: number; engine: Engine };

/** The command that runs a program of a planned run in a container of that name. */
export function cappedCommand({ planned, program, volumes, image, memoryMiB, engine }: Capped, name: string): string[] {
  // Without swap, or the cap would only be where swapping begins.
  const caps = [`--memory=${memoryMiB}m`, `--memory-swap=${memoryMiB}m`, "--network=none"];
  const mounts = volumes.flatMap((folder) => ["--volume", `${folder}:${folder}`]);
  const variables = [...Object.keys(planned.env), "BOARDKIT_RESULT"].flatMap((variable) => ["--env", variable]);
  return [engine.path, "run", "--name", name, ...caps, ...mounts, ...variables, image, ...planned.emulator, ...program];
}

async function runCapped(capped: Capped, place: string, { signal }: Context): Promise<CappedEnd> {
  const { planned, engine } = capped;
  const name = `boardkit-${process.pid}-${planned.kind}`;
  const [log, result] = [`${place}.log`, `${place}.json`];
  await mkdir(join(place, ".."), { recursive: true });
  await rm(result, { force: true });
  const remove = () => run({ argv: [engine.path, "rm", "--force", name], env: engine.env });
  try {
    const env = { ...planned.env, ...engine.env, BOARDKIT_RESULT: result };
    const outcome = await run({ argv: cappedCommand(capped, name), env, log, signal, timeoutSeconds: TIMEOUT_SECONDS });
    const state = await run({ argv: [engine.path, "inspect", "--format", "{{.State.OOMKilled}}", name], env: engine.env, signal });
    const isControl = capped.program === planned.control;
    const counts = readOutcome(planned.kind, outcome, existsSync(result) ? await readFile(result, "utf8") : undefined);
    return { ...judgeEnd(outcome, state.stdout.trim() === "true", isControl ? undefined : counts), seconds: outcome.seconds };
  } finally {
    await remove();
  }
}

/** What an end under a cap means; `counts` are those of a run that tests something. */
export function judgeEnd(
  outcome: Pick<Outcome, "exitCode" | "endedBy" | "timedOut" | "seconds" | "stdout" | "stderr">,
  oomKilled: boolean,
  counts: { passed: number; failed: number } | undefined,
): Omit<CappedEnd, "seconds"> {
  if (oomKilled) return { verdict: "killed", text: `ended by the kernel's OOM killer (exit ${outcome.exitCode})` };
  if (outcome.exitCode === 134) return { verdict: "killed", text: "ended by V8, whose own limit for its heap was reached (exit 134)" };
  if (outcome.exitCode === 0 && counts === undefined) return { verdict: "passed", text: "runs" };
  if (outcome.exitCode === 0 && counts && counts.failed === 0 && counts.passed > 0)
    return { verdict: "passed", text: `${counts.passed} passed` };
  return { verdict: "failed", text: `${describeEnd(outcome as Outcome)}\n${tailOf(outcome.stdout + outcome.stderr)}` };
}
