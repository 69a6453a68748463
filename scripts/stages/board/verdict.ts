// What a boot means: whether the addon passed, and if not whose fault it was. Pure.
import { constants } from "node:os";
import type { Outcome } from "../../tools/exec.ts";
import { describeEnd, tailOf } from "../../tools/exec.ts";
import type { BoardPlan, Program } from "./plan.ts";
import { readBoot, readEnd, type ProgramEnd, type Records } from "./records.ts";
import { readOutcome, type Counts } from "../smoke/results.ts";

/** One boot: how QEMU ended, what init sent, what the console showed. */
export type Boot = { outcome: Outcome; records: Records };

export type Verdict = {
  /** `board`: emulator, kernel or runtime failed without the addon. `memory`: it does not fit. */
  kind: "passed" | "addon" | "memory" | "board";
  reason?: string;
  /** Another boot could end otherwise: emulated runs crash now and then. */
  mayPass?: boolean;
};

/** Most characters of a program's output that a reason repeats; the log has more. */
const MOST_TOLD = 2000;

/** Judges a boot by the first thing that went wrong. */
export function judgeBoot(plan: Pick<BoardPlan, "programs" | "sized" | "runtime">, boot: Boot): Verdict {
  const { programs, sized } = plan;
  const { records } = boot;
  const facts = readBoot(records);
  const fault = records.get("fault");
  if (fault !== undefined) return { kind: "board", reason: fault.trim(), mayPass: true };
  if (!facts) return judgeEarlyEnd(boot, sized.ramMiB);
  if (facts.pageKiB * 1024 !== sized.board.pageSize)
    return {
      kind: "board",
      reason: `the kernel has pages of ${facts.pageKiB} KiB, and the board's are ${sized.board.pageSize / 1024} KiB`,
    };
  for (const program of programs) {
    const end = readEnd(records, program.name);
    const verdict = end ? judgeEnd(program, end, sized.ramMiB) : judgeSilence(program, boot, sized.ramMiB);
    if (verdict) return verdict;
  }
  if (!records.has("end")) return { kind: "board", reason: `no end marker came: ${describeQemu(boot)}`, mayPass: true };
  const { passed, failed } = readCounts(plan, records);
  if (failed > 0) return { kind: "addon", reason: `${failed} failed`, mayPass: true };
  if (passed === 0) return { kind: "addon", reason: "all ended well, and BOARDKIT_RESULT tells of nothing that passed" };
  if (boot.outcome.timedOut) return { kind: "passed", reason: `the board did not power off: ${describeQemu(boot)}` };
  return { kind: "passed" };
}

/** What the last program of a board counted, and what else it reported. */
export function readCounts(
  { programs, runtime }: Pick<BoardPlan, "programs" | "runtime">,
  records: Records,
): Counts & { measures?: Record<string, string> } {
  const end = readEnd(records, programs.at(-1)?.name ?? "");
  const report = parseReport(end?.result);
  const counts = readOutcome(runtime.kind, { stdout: end?.output ?? "" }, report && end?.result);
  const version = runtime.kind === "node" ? readEnd(records, "control")?.output.trim().replace(/^v/, "") : undefined;
  const { measures } = report ?? {};
  return { ...counts, ...(version ? { runtime: `Node ${version}` } : {}), ...(measures ? { measures } : {}) };
}

type Report = { failed?: number; measures?: Record<string, string> };

/** The report of a smoke script; one that is no JSON, or was cut off, is none. */
function parseReport(text: string | undefined): Report | undefined {
  if (text === undefined) return undefined;
  try {
    const report = JSON.parse(text) as Report | null;
    return typeof report === "object" ? (report ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/** The kernel did not come to init. */
function judgeEarlyEnd(boot: Boot, ramMiB: number): Verdict {
  const shortage = memoryWords(boot);
  if (shortage) return { kind: "memory", reason: `${ramMiB} MiB are too little for the kernel: ${shortage}` };
  return { kind: "board", reason: `the kernel did not come to init: ${panicWords(boot) ?? describeQemu(boot)}`, mayPass: true };
}

/** A program began, and the board did not live to tell how it ended. */
function judgeSilence(program: Program, boot: Boot, ramMiB: number): Verdict {
  const what = describeProgram(program);
  const shortage = memoryWords(boot);
  if (shortage) return { kind: "memory", reason: `${what} does not fit into ${ramMiB} MiB: ${shortage}` };
  const reason = `the board came to no end while it ran ${what}: ${panicWords(boot) ?? describeQemu(boot)}`;
  return { kind: program.name === "control" ? "board" : "addon", reason, mayPass: true };
}

function judgeEnd(program: Program, end: ProgramEnd, ramMiB: number): Verdict | undefined {
  if (end.exitCode === 0 && !end.timedOut) return undefined;
  const what = describeProgram(program);
  const told = end.output.trim() === "" ? "" : `\n${tailOf(end.output.slice(-MOST_TOLD))}`;
  if (end.killed) return { kind: "memory", reason: `${what} does not fit into ${ramMiB} MiB, OOM kill: ${lastKill(end.killed)}` };
  if (/heap out of memory|Allocation failed/.test(end.output) && end.exitCode === 128 + constants.signals.SIGABRT)
    return { kind: "memory", reason: `${what} came to V8's own limit of memory${told}` };
  const kind = program.name === "control" ? "board" : "addon";
  if (end.timedOut) return { kind, reason: `${what} did not end before the deadline${told}`, mayPass: program.name === "control" };
  const signal = signalOf(end.exitCode);
  const failed = parseReport(end.result)?.failed ?? 0;
  const how = failed > 0 ? `: ${failed} failed` : signal ? ` was ended by ${signal}` : ` exited with ${end.exitCode}`;
  const whose = program.name === "control" ? "the addon is not to blame" : "the control run without the addon ended well on the same board";
  // An exit code is what the program meant to say.
  const mayPass = kind === "board" || failed > 0 || signal !== undefined;
  return { kind, reason: `${what}${how}; ${whose}${told}`, mayPass };
}

/** The kernel's words without its clock. */
function lastKill(text: string): string {
  return (text.trim().split("\n").at(-1) ?? "").replace(/^\[[ .\d]+\] /, "");
}

function describeProgram({ name, argv }: Program): string {
  return name === "control" ? `the control run without the addon (${argv[0]})` : `the ${name} run`;
}

/** A shell's exit status of a program that a signal ended. */
function signalOf(exitCode: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
}

/** What the kernel said on the console of want of memory. */
function memoryWords({ outcome }: Boot): string | undefined {
  return /Out of memory: Killed process .*|Kernel panic - not syncing: (?:Out of memory|System is deadlocked on memory).*|.*page allocation failure.*/.exec(
    outcome.stdout,
  )?.[0];
}

function panicWords({ outcome }: Boot): string | undefined {
  return /Kernel panic - not syncing: .*/.exec(outcome.stdout)?.[0];
}

function describeQemu({ outcome }: Boot): string {
  if (outcome.timedOut) return `QEMU was ended after ${outcome.seconds.toFixed(0)} s`;
  return `QEMU ${describeEnd(outcome)}\n${tailOf(outcome.stdout + outcome.stderr)}`;
}
