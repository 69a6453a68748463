// The table at the end of `boardkit board`.
import { formatTable } from "../../lib/reporter.ts";
import type { BoardReport, BoardResult, Memory } from "../../model/report/board-report.ts";

const HEADER = ["board", "CPU", "RAM", "MemTotal", "boot", "bare", "with addon", "smoke"];
const END = ["wall", "runtime", "verdict"];

/** One row per board; below, the meaning of the columns, the stand-ins, and the reasons of failures. */
export function describeBoards({ qemu, boards }: BoardReport): string {
  const notes: string[] = [];
  const mark = (texts: string[]) =>
    texts
      .map((text) => {
        if (!notes.includes(text)) notes.push(text);
        return ` [${notes.indexOf(text) + 1}]`;
      })
      .join("");
  const measures = [...new Set(boards.flatMap((result) => Object.keys(result.measures ?? {})))];
  const rows = boards.map((result) => [
    result.board,
    result.cpu,
    `${result.ramMiB} MiB`,
    result.memTotalKiB === undefined ? "-" : `${(result.memTotalKiB / 1024).toFixed(0)} MiB`,
    result.bootSeconds === undefined ? "-" : `${result.bootSeconds.toFixed(1)}s`,
    describeMemory(result.bare),
    describeMemory(result.loaded),
    describeMemory(result.smoke),
    ...measures.map((name) => result.measures?.[name] ?? "-"),
    result.verdict === "unsupported" ? "-" : `${result.wallSeconds.toFixed(1)}s`,
    `${result.runtime ?? "-"}${mark(result.standsIn)}`,
    describeVerdict(result),
  ]);
  return [
    formatTable([...HEADER, ...measures, ...END], rows),
    "",
    `QEMU ${qemu}. bare, with addon, smoke: RssAnon / VmHWM in MiB of the process at its end; times do not predict those of real boards.`,
    ...notes.map((note, index) => `[${index + 1}] stand-in: ${note}`),
    ...boards.flatMap(({ board, reason }) => (reason ? [`${board}: ${reason}`] : [])),
  ].join("\n");
}

function describeMemory(memory: Memory | undefined): string {
  if (!memory) return "-";
  const mib = (kib: number) => (kib / 1024).toFixed(1);
  return `${mib(memory.rssAnonKiB)} / ${mib(memory.vmHwmKiB)}`;
}

function describeVerdict({ verdict, fault, passed, boots, leastMiB }: BoardResult): string {
  if (verdict === "unsupported") return "unsupported";
  if (verdict === "failed") return `FAILED: ${fault}`;
  const least = leastMiB === undefined ? "" : `, from ${leastMiB} MiB on`;
  return `${passed} passed${boots > 1 ? ` at boot ${boots}` : ""}${least}`;
}
