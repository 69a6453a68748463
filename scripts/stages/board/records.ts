// The output of init -> facts. Pure. scripts/target-side/board-init.sh writes these records.
import type { Memory } from "../../model/report/board-report.ts";
import { readRecords } from "../../target-side/records.ts";

/** The records of a board by name, up to the first incomplete one. */
export type Records = ReadonlyMap<string, string>;

/** Reads the records as texts. */
export function parseRecords(bytes: Buffer): Records {
  return new Map([...readRecords(bytes)].map(([name, content]) => [name, content.toString("utf8")]));
}

/** How one program ended on a board. */
export type ProgramEnd = {
  exitCode: number;
  /** Seconds since the start of the kernel. */
  began: number;
  seconds: number;
  /** The last 64 KiB of its output. */
  output: string;
  memory?: Memory;
  /** The contents of BOARDKIT_RESULT. */
  result?: string;
  /** The kernel's message if it killed a process for lack of memory. */
  killed?: string;
  timedOut: boolean;
};

/** How a program ended; undefined if the board ended first. */
export function readEnd(records: Records, name: string): ProgramEnd | undefined {
  const [exitCode, began, ended] = (records.get(`${name}/end`) ?? "").split(" ").map(Number);
  if (exitCode === undefined || began === undefined || ended === undefined) return undefined;
  const [memory, result, killed] = ["memory", "result", "killed"].map((part) => records.get(`${name}/${part}`));
  return {
    exitCode,
    began,
    seconds: ended - began,
    output: records.get(`${name}/output`) ?? "",
    ...(memory ? { memory: { rssAnonKiB: numberAfter(memory, "RssAnon"), vmHwmKiB: numberAfter(memory, "VmHWM") } } : {}),
    ...(result === undefined ? {} : { result }),
    ...(killed === undefined ? {} : { killed }),
    timedOut: records.has(`${name}/timeout`),
  };
}

export type BootFacts = {
  /** From the kernel's start until the first program can begin. */
  seconds: number;
  /** Release of the kernel. */
  kernel: string;
  memTotalKiB: number;
  pageKiB: number;
};

/** The facts that init reports once a board is up; undefined if it never was. */
export function readBoot(records: Records): BootFacts | undefined {
  const text = records.get("boot");
  if (text === undefined) return undefined;
  return {
    seconds: numberAfter(text, "uptime"),
    kernel: /^release (.+)$/m.exec(text)?.[1] ?? "",
    memTotalKiB: numberAfter(text, "MemTotal"),
    pageKiB: numberAfter(text, "KernelPageSize"),
  };
}

function numberAfter(text: string, word: string): number {
  return Number(new RegExp(`^${word}:?\\s+([\\d.]+)`, "m").exec(text)?.[1]);
}

/** The programs of init in their order; without a smoke script the last one is missing. */
const PHASES = { control: "runtime without the addon", addon: "addon", smoke: "smoke script" };

/** What a board does now: each program of init writes a record at its end. */
export function phaseOf(records: Records): string {
  if (!records.has("boot")) return "boot";
  const [, phase] = Object.entries(PHASES).find(([name]) => !records.has(`${name}/end`)) ?? [];
  return phase ?? "power off";
}
