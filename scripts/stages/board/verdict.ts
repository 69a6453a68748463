// Judges a boot: whether the addon passed, and if not, what is at fault. Pure.
import { constants } from "node:os";
import type { Outcome } from "../../tools/exec.ts";
import { describeEnd, tailOf } from "../../tools/exec.ts";
import type { BoardPlan, Program } from "./plan.ts";
import { readBoot, readEnd, type ProgramEnd, type Records } from "./records.ts";
import { readOutcome, type Counts } from "../smoke/results.ts";

/** One boot: how QEMU ended, with the console as its output, and the records of init. */
export type Boot = { outcome: Outcome; records: Records };

export type Verdict = {
  /** `board`: emulator, kernel or runtime failed without the addon. `memory`: the memory is too small. */
  kind: "passed" | "addon" | "memory" | "board";
  reason?: string;
  /** Another boot may pass: emulated runs crash now and then. */
  mayPass?: boolean;
};

/** Maximum characters of a program's output in a reason; the log has more. */
const MAX_OUTPUT = 2000;

/** Judges a boot by its first fault. */
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
      reason: `the kernel has pages of ${facts.pageKiB} KiB, and the board has pages of ${sized.board.pageSize / 1024} KiB`,
    };
  for (const program of programs) {
    const end = readEnd(records, program.name);
    const verdict = end ? judgeEnd(program, end, sized.ramMiB) : judgeMissingEnd(program, boot, sized.ramMiB);
    if (verdict) return verdict;
  }
  if (!records.has("end")) return { kind: "board", reason: `there is no end marker: ${describeQemu(boot)}`, mayPass: true };
  const { passed, failed } = readCounts(plan, records);
  if (failed > 0) return { kind: "addon", reason: `${failed} failed`, mayPass: true };
  if (passed === 0) return { kind: "addon", reason: "all programs exited with 0, but BOARDKIT_RESULT reports no passed test" };
  if (boot.outcome.timedOut) return { kind: "passed", reason: `the board did not power off: ${describeQemu(boot)}` };
  return { kind: "passed" };
}

/** The counts and measures of a board's last program. */
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

/** The report of a smoke script; undefined if there is no valid one. */
function parseReport(text: string | undefined): Report | undefined {
  if (text === undefined) return undefined;
  try {
    const report = JSON.parse(text) as Report | null;
    return typeof report === "object" ? (report ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

function judgeEarlyEnd(boot: Boot, ramMiB: number): Verdict {
  const shortage = memoryMessage(boot);
  if (shortage) return { kind: "memory", reason: `${ramMiB} MiB are too little for the kernel: ${shortage}` };
  return { kind: "board", reason: `the kernel did not reach init: ${panicMessage(boot) ?? describeQemu(boot)}`, mayPass: true };
}

/** The verdict on a program without an end, because the board ended first. */
function judgeMissingEnd(program: Program, boot: Boot, ramMiB: number): Verdict {
  const subject = describeProgram(program);
  const shortage = memoryMessage(boot);
  if (shortage) return { kind: "memory", reason: `${subject} does not fit into ${ramMiB} MiB: ${shortage}` };
  const reason = `the board failed during ${subject}: ${panicMessage(boot) ?? describeQemu(boot)}`;
  return { kind: program.name === "control" ? "board" : "addon", reason, mayPass: true };
}

function judgeEnd(program: Program, end: ProgramEnd, ramMiB: number): Verdict | undefined {
  if (end.exitCode === 0 && !end.timedOut) return undefined;
  const subject = describeProgram(program);
  const output = end.output.trim() === "" ? "" : `\n${tailOf(end.output.slice(-MAX_OUTPUT))}`;
  if (end.killed) return { kind: "memory", reason: `${subject} does not fit into ${ramMiB} MiB, OOM kill: ${lastKill(end.killed)}` };
  if (/heap out of memory|Allocation failed/.test(end.output) && end.exitCode === 128 + constants.signals.SIGABRT)
    return { kind: "memory", reason: `${subject} reached V8's own limit of memory${output}` };
  const kind = program.name === "control" ? "board" : "addon";
  if (end.timedOut) return { kind, reason: `${subject} did not end before the deadline${output}`, mayPass: program.name === "control" };
  const signal = signalOf(end.exitCode);
  const failed = parseReport(end.result)?.failed ?? 0;
  const ending = failed > 0 ? `: ${failed} failed` : signal ? ` was ended by ${signal}` : ` exited with ${end.exitCode}`;
  const cause = program.name === "control" ? "the addon is not at fault" : "the control run without the addon passed on the same board";
  // A program sets its exit code itself, so another boot would not change it.
  const mayPass = kind === "board" || failed > 0 || signal !== undefined;
  return { kind, reason: `${subject}${ending}; ${cause}${output}`, mayPass };
}

/** The kernel's last message without its time stamp. */
function lastKill(text: string): string {
  return (text.trim().split("\n").at(-1) ?? "").replace(/^\[[ .\d]+\] /, "");
}

function describeProgram({ name, argv }: Program): string {
  return name === "control" ? `the control run without the addon (${argv[0]})` : `the ${name} run`;
}

/** The signal in a shell's exit status, if there is one. */
function signalOf(exitCode: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
}

/** The kernel's message about lack of memory on the console. */
function memoryMessage({ outcome }: Boot): string | undefined {
  return /Out of memory: Killed process .*|Kernel panic - not syncing: (?:Out of memory|System is deadlocked on memory).*|.*page allocation failure.*/.exec(
    outcome.stdout,
  )?.[0];
}

function panicMessage({ outcome }: Boot): string | undefined {
  return /Kernel panic - not syncing: .*/.exec(outcome.stdout)?.[0];
}

function describeQemu({ outcome }: Boot): string {
  if (outcome.timedOut) return `QEMU was ended after ${outcome.seconds.toFixed(0)} s`;
  return `QEMU ${describeEnd(outcome)}\n${tailOf(outcome.stdout + outcome.stderr)}`;
}
