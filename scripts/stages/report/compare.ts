// The differences of two reports: sizes, memory, times, cases, findings, and targets or boards that came or went. Pure.
import { formatBytes, formatSeconds, formatSize } from "../../lib/reporter.ts";
import type { BoardRow, BuildReport, DistReport, Origin } from "../../model/report/dist-report.ts";

export type Change = {
  /** Target or board. */
  subject: string;
  what: string;
  before: string;
  after: string;
  /** The difference as a text, for example `+1.2 %`; empty if there is none to give. */
  difference: string;
  /** `neutral`: it may be either. */
  direction: "better" | "worse" | "neutral";
};

/** A smaller relative change of a time is noise of the machine. */
const TIME_NOISE = 0.1;
/** The same for memory of a run. */
const MEMORY_NOISE = 0.02;

/** What changed from an earlier report to this one. */
export function compareReports(before: DistReport, after: DistReport): Change[] {
  const targets = changesIn(
    new Map(before.targets.map(({ triple, build }) => [triple, build])),
    new Map(after.targets.map(({ triple, build }) => [triple, build])),
    compareBuilds,
    "built",
  );
  const boards = changesIn(boardsOf(before), boardsOf(after), compareBoards, "booted");
  return [...targets, ...boards];
}

/** The name of a board's run: another memory size or profile is another run. Most names of boards end in their memory size. */
export function boardName({ board, ramMiB, profile }: Pick<BoardRow, "board" | "ramMiB" | "profile">): string {
  return [board, ...(board.endsWith(`-${ramMiB}`) ? [] : [`${ramMiB} MiB`]), ...(profile ? [`profile ${profile}`] : [])].join(", ");
}

const boardsOf = ({ boards }: DistReport) => new Map(boards.map((board) => [boardName(board), board]));

function changesIn<T>(
  before: ReadonlyMap<string, T | undefined>,
  after: ReadonlyMap<string, T | undefined>,
  compare: (before: T, after: T) => Omit<Change, "subject">[],
  word: string,
): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((subject) => {
    const [old, now] = [before.get(subject), after.get(subject)];
    if (old && now) return compare(old, now).map((change) => ({ subject, ...change }));
    if (!old && !now) return [];
    const [was, is] = [old ? word : `not ${word}`, now ? word : `not ${word}`];
    return [{ subject, what: "state", before: was, after: is, difference: "", direction: now ? ("better" as const) : ("worse" as const) }];
  });
}

function compareBuilds(before: BuildReport, after: BuildReport): Omit<Change, "subject">[] {
  const counts =
    (severity: string) =>
    ({ audit }: BuildReport) =>
      audit?.findings.filter((one) => one.severity === severity).length;
  const cases = ({ runs }: BuildReport) => runs.reduce((sum, { passed }) => sum + passed, 0);
  const failed = ({ runs }: BuildReport) => runs.filter(({ outcome }) => outcome === "failed").length;
  return [
    ...textChange("profile", before.profile, after.profile),
    ...numberChange("size", before.bytes, after.bytes, { format: formatBytes }),
    ...crateChanges(before, after),
    ...textChange("needs", before.audit?.needs, after.audit?.needs),
    ...numberChange("errors", counts("error")(before), counts("error")(after)),
    ...numberChange("warnings", counts("warning")(before), counts("warning")(after)),
    ...numberChange("cases", cases(before), cases(after), { more: "better" }),
    ...numberChange("failed runs", failed(before), failed(after)),
    ...numberChange("build time", before.seconds, after.seconds, { format: formatSeconds, noise: TIME_NOISE }),
  ];
}

/** A smaller change of a crate is the optimizer's, which decides anew what to inline. */
const CRATE_NOISE = 1000;
/** So many crates, those that changed most. */
const MOST_CRATES = 8;

function crateChanges({ origins: before }: BuildReport, { origins: after }: BuildReport): Omit<Change, "subject">[] {
  if (!before || !after) return [];
  const [old, now] = [cratesIn(before), cratesIn(after)];
  const changes = [...new Set([...now.bytes.keys(), ...old.bytes.keys()])].map((name) => {
    const [was, is] = [old.bytes.get(name), now.bytes.get(name)];
    return { name, was, is, by: (is ?? now.least) - (was ?? old.least) };
  });
  return changes
    .filter(({ by }) => Math.abs(by) >= CRATE_NOISE)
    .toSorted((a, b) => Math.abs(b.by) - Math.abs(a.by))
    .slice(0, MOST_CRATES)
    .flatMap(({ name, was, is, by }) => {
      const what = `crate ${name}`;
      if (was !== undefined && is !== undefined) return numberChange(what, was, is, { format: formatSize });
      const format = (bytes: number | undefined) => (bytes === undefined ? "-" : formatSize(bytes));
      return [{ what, before: format(was), after: format(is), difference: "", direction: by > 0 ? "worse" : "better" } as const];
    });
}

/** The bytes of the crates and libraries of a file, and the most that one can have that is not listed. */
function cratesIn(origins: Origin[]): { bytes: Map<string, number>; least: number } {
  const isCut = origins.some(({ kind }) => kind === "others");
  const named = origins.filter(({ kind }) => kind !== "section" && kind !== "others");
  return {
    bytes: new Map(named.map(({ name, bytes }) => [name, bytes])),
    least: isCut ? Math.min(...named.map(({ bytes }) => bytes)) : 0,
  };
}

function compareBoards(before: BoardRow, after: BoardRow): Omit<Change, "subject">[] {
  const memory = { format: (kib: number) => `${(kib / 1024).toFixed(1)} MiB`, noise: MEMORY_NOISE };
  const verdict =
    before.verdict === after.verdict
      ? []
      : [
          {
            what: "verdict",
            before: before.verdict,
            after: after.verdict,
            difference: "",
            direction: after.verdict === "passed" ? "better" : "worse",
          } as const,
        ];
  return [
    ...verdict,
    ...numberChange("runtime alone", before.bare?.rssAnonKiB, after.bare?.rssAnonKiB, memory),
    ...numberChange("with addon", before.loaded?.rssAnonKiB, after.loaded?.rssAnonKiB, memory),
    ...numberChange("smoke script", before.smoke?.rssAnonKiB, after.smoke?.rssAnonKiB, memory),
    ...numberChange("least memory", before.leastMiB, after.leastMiB, { format: (mib) => `${mib} MiB` }),
  ];
}

function textChange(what: string, before: string | undefined, after: string | undefined): Omit<Change, "subject">[] {
  if (before === after) return [];
  return [{ what, before: before ?? "-", after: after ?? "-", difference: "", direction: "neutral" }];
}

type Numbers = { format?: (value: number) => string; more?: "better" | "worse"; noise?: number };

function numberChange(
  what: string,
  before: number | undefined,
  after: number | undefined,
  options: Numbers = {},
): Omit<Change, "subject">[] {
  const { format = String, more = "worse", noise = 0 } = options;
  if (before === undefined || after === undefined || before === after) return [];
  const relative = (after - before) / before;
  if (Math.abs(relative) < noise) return [];
  const isMore = after > before;
  return [
    {
      what,
      before: format(before),
      after: format(after),
      difference: before === 0 ? "" : `${isMore ? "+" : "−"}${percentOf(Math.abs(relative))}`,
      direction: isMore === (more === "better") ? "better" : "worse",
    },
  ];
}

const percentOf = (part: number) => `${(part * 100).toFixed(part < 0.0005 ? 4 : 1)} %`;
