// Runs of built addons with a cap on memory: QEMU's user mode in a container, whose engine has the kernel end what takes more.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import type { PlannedRun } from "../../model/plan.ts";
import { removeCommand, type Engine } from "../../tools/containers/container.ts";
import { describeEnd, formatCommand, run, tailOf, type Outcome } from "../../tools/exec.ts";
import type { Context } from "../context.ts";
import { ensureBase } from "../set-up/images.ts";
import { readBuilt } from "../manifest.ts";
import { readOutcome } from "./results.ts";
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
  for (const { target, dist, runs } of places) {
    const { triple } = target;
    await readBuilt(triple, dist);
    // Results are written below the project, which may be Boardkit's own checkout.
    const readOnly = [...new Set([context.cache, packageRoot])]
      .filter((folder) => folder !== project)
      .map((folder) => `${folder}:${folder}:ro`);
    const volumes = [...readOnly, `${project}:${project}`];
    for (const planned of runs.filter(({ kind }) => kind !== "tests")) {
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
  // docker's daemon runs as root, and what the program writes would be root's; podman's root is who called it.
  const user = engine.name === "docker" ? [`--user=${process.getuid?.()}:${process.getgid?.()}`] : [];
  const mounts = volumes.flatMap((volume) => ["--volume", volume]);
  const variables = [...Object.keys(planned.env), "BOARDKIT_RESULT"].flatMap((variable) => ["--env", variable]);
  return [engine.path, "run", "--name", name, ...caps, ...user, ...mounts, ...variables, image, ...planned.emulator, ...program];
}

async function runCapped(capped: Capped, place: string, { signal }: Context): Promise<CappedEnd> {
  const { planned, engine } = capped;
  const name = `boardkit-${randomUUID()}`;
  const [log, result] = [`${place}.log`, `${place}.json`];
  // A folder of its own: podman's conmon leaves a file in the one where it is started, `oom`, when the kernel ends what it watches. With
  // runc and control groups of version 1 podman itself says that it was not so.
  await mkdir(place, { recursive: true });
  await rm(result, { force: true });
  const remove = () => run({ argv: removeCommand(engine, name), env: engine.env });
  try {
    const env = { ...planned.env, ...engine.env, BOARDKIT_RESULT: result };
    const command = { argv: cappedCommand(capped, name), cwd: place, env, log, signal, timeoutSeconds: TIMEOUT_SECONDS };
    const outcome = await run(command);
    const asking = { argv: [engine.path, "inspect", "--format", STATE, name], env: engine.env, signal };
    const state = await run(asking);
    // What engines end with where the program did not start; the dynamic linker ends with 127 too, in a container that ran:
    // https://docs.docker.com/engine/containers/run/#exit-status
    if ([125, 126, 127].includes(outcome.exitCode ?? 0) && !RAN.test(state.stdout)) throw engineFailed(command, outcome);
    if (state.exitCode !== 0) throw engineFailed(asking, state);
    const oomKilled = readState(state.stdout, capped.memoryMiB) || existsSync(join(place, "oom"));
    const isControl = capped.program === planned.control;
    const counts = readOutcome(planned.kind, outcome, existsSync(result) ? await readFile(result, "utf8") : undefined);
    return { ...judgeEnd(outcome, oomKilled, isControl ? undefined : counts), seconds: outcome.seconds };
  } finally {
    await remove();
    await rm(place, { recursive: true, force: true });
  }
}

// podman says stopped until it has cleaned up.
const RAN = /^(?:exited|stopped) /;
const STATE = "{{.State.Status}} {{.State.OOMKilled}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}";

/** Whether the kernel ended a container for its memory; an engine that let the cap go, which it does with a warning only, is an error. */
function readState(text: string, memoryMiB: number): boolean {
  const [, oomKilled, ...caps] = text.trim().split(" ");
  // The second is that of memory and swap together.
  if (caps.length === 2 && caps.every((cap) => Number(cap) === memoryMiB * 1024 * 1024)) return oomKilled === "true";
  throw new BoardkitError(
    `the container engine did not hold to the cap of ${memoryMiB} MiB: memory, and memory with swap, are ${caps.join(" and ")} bytes`,
    {
      code: "CAP_IGNORED",
      exit: "toolMissing",
      fix: "be root, or use control groups of version 2 with their memory controller and a kernel that accounts for swap",
    },
  );
}

function engineFailed(command: { argv: string[]; env: Record<string, string>; log?: string }, outcome: Outcome): BoardkitError {
  return new BoardkitError(`the container engine did not run the program: ${command.argv[0]} ${describeEnd(outcome)}`, {
    code: "ENGINE_FAILED",
    command: formatCommand(command),
    tail: tailOf(outcome.stdout + outcome.stderr),
    fix: ["fix what the engine says", command.log && `the whole log: ${command.log}`].filter(Boolean).join("\n"),
  });
}

/** What an end under a cap means; `counts` are those of a run that tests something. */
export function judgeEnd(
  outcome: Pick<Outcome, "exitCode" | "endedBy" | "timedOut" | "seconds" | "stdout" | "stderr">,
  oomKilled: boolean,
  counts: { passed: number; failed: number } | undefined,
): Omit<CappedEnd, "seconds"> {
  if (oomKilled) return { verdict: "killed", text: `ended by the kernel's OOM killer (exit ${outcome.exitCode})` };
  // Neither the engine's word nor conmon's file: conmon goes on without watching where it cannot open the control group's files
  // (https://github.com/containers/conmon/blob/v2.1.6/src/cgroup.c). Nothing else sends this signal to a container without a network.
  if (outcome.exitCode === 137 && !outcome.timedOut) {
    return { verdict: "killed", text: "ended by SIGKILL, as the kernel's OOM killer does (exit 137); the engine does not tell by whom" };
  }
  if (outcome.exitCode === 134) return { verdict: "killed", text: "ended by V8, whose own limit for its heap was reached (exit 134)" };
  if (outcome.exitCode === 0 && counts === undefined) return { verdict: "passed", text: "runs" };
  if (outcome.exitCode === 0 && counts && counts.failed === 0 && counts.passed > 0)
    return { verdict: "passed", text: `${counts.passed} passed` };
  return { verdict: "failed", text: `${describeEnd(outcome as Outcome)}\n${tailOf(outcome.stdout + outcome.stderr)}` };
}
