// The report of `npm run corpus`, and its failures.
import { describeAnswer } from "../opa/answers.ts";
import { formatTable } from "../../../scripts/lib/reporter.ts";
import type { JudgedSample, JudgedTest, LoadedFile } from "./grid-side.ts";
import type { Repository } from "./run.ts";

/** The least percentages of files that load, and of tests that agree. */
const GOALS = { loads: 99.7, tests: 99.7 } as const;

type Sums = Record<
  | "units"
  | "files"
  | "loads"
  | "dropped"
  | "tests"
  | "agree"
  | "wrong"
  | "error"
  | "samples"
  | "same"
  | "digits"
  | "order"
  | "value"
  | "errors"
  | "answers"
  | "code"
  | "limit"
  | "ended"
  | "unbuilt",
  number
>;

/** Counts of a repository. */
export function sumsOf({ units }: Repository): Sums {
  const judged = units.flatMap((unit) => ("grid" in unit ? [unit.grid] : []));
  // A library is in many units, and loads in all of them or in none.
  const files = worstByFile(judged.flatMap((unit) => unit.files));
  const tests = judged.flatMap((unit) => unit.tests);
  const samples = judged.flatMap((unit) => unit.samples);
  const lost = units.filter((unit) => "ended" in unit);
  const ends = (end: LoadedFile["end"]) => files.filter((file) => file.end === end).length;
  const testsOf = (verdict: JudgedTest["verdict"]) => tests.filter((test) => test.verdict === verdict).length;
  const samplesOf = (verdict: JudgedSample["verdict"]) => samples.filter((sample) => sample.verdict === verdict).length;
  return {
    units: units.length,
    files: ends("loads") + ends("fails") + lost.reduce((sum, unit) => sum + unit.files, 0),
    loads: ends("loads"),
    dropped: new Set(units.flatMap(({ opa }) => opa.dropped.map(({ file }) => file))).size,
    tests: tests.length + lost.reduce((sum, { opa }) => sum + opa.tests.length, 0),
    agree: testsOf("agrees"),
    wrong: testsOf("wrong"),
    error: testsOf("error") + lost.reduce((sum, { opa }) => sum + opa.tests.length, 0),
    samples: samples.length,
    same: samplesOf("same"),
    digits: samplesOf("digits"),
    order: samplesOf("order"),
    value: samplesOf("value"),
    errors: samplesOf("errors") + samplesOf("unloaded"),
    answers: samplesOf("answers"),
    code: samplesOf("code"),
    limit: samplesOf("limit"),
    ended: lost.length,
    unbuilt: units.filter((unit) => "unbuilt" in unit).length,
  };
}

/** Each file once, with its worst result. */
function worstByFile(files: LoadedFile[]): LoadedFile[] {
  const worst = new Map<string, LoadedFile>();
  for (const file of files) if (file.end === "fails" || !worst.has(file.file)) worst.set(file.file, file);
  return [...worst.values()];
}

/** The sums of all repositories. */
function totalOf(repositories: Repository[]): Sums {
  const all = repositories.map(sumsOf);
  const names = Object.keys(sumsOf({ name: "", units: [] })) as (keyof Sums)[];
  return Object.fromEntries(names.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)])) as Sums;
}

/** The missed goals of a run. */
export function failuresOf(repositories: Repository[]): string[] {
  const { files, loads, tests, agree, wrong, value, answers, order, ended } = totalOf(repositories);
  const share = (part: number, total: number) => (100 * part) / Math.max(1, total);
  const short = (text: string, part: number, total: number, goal: number) =>
    total > 0 && share(part, total) < goal ? [`${share(part, total).toFixed(2)} % of ${text}, the goal is ${goal} %`] : [];
  const none = (count: number, text: string) => (count > 0 ? [`${count} ${text}`] : []);
  return [
    ...short("files load", loads, files, GOALS.loads),
    ...short("tests agree", agree, tests, GOALS.tests),
    ...none(wrong, "wrong tests"),
    ...none(value + order, "wrong samples"),
    ...none(answers, "samples have an answer, but OPA has an error"),
    ...none(ended, "units ended a process of Grid"),
    ...none(unverifiedOf(repositories).length, "bundles load with a key that has not signed them"),
  ];
}

function unverifiedOf(repositories: Repository[]): string[] {
  return repositories.flatMap(({ units }) =>
    units.flatMap((unit) => ("grid" in unit && unit.grid.unverified ? [`${unit.opa.repository} ${unit.opa.id}`] : [])),
  );
}

/** Tables and lists; `show` is the most lines per list. */
export function formatReport(repositories: Repository[], show: number): string {
  const percent = (part: number, total: number) => (total === 0 ? "" : ((100 * part) / total).toFixed(1));
  const row = (name: string, sums: Sums) => [
    name,
    ...Object.values(sums).map(String),
    percent(sums.loads, sums.files),
    percent(sums.agree, sums.tests),
  ];
  const header = ["repository", ...Object.keys(totalOf([])), "loads %", "agree %"];
  const table = formatTable(header, [...repositories.map((one) => row(one.name, sumsOf(one))), row("all", totalOf(repositories))]);
  const units = repositories.flatMap(({ units: list }) => list);
  const place = ({ opa }: (typeof units)[number]) => `${opa.repository} ${opa.id}`;
  const grid = units.flatMap((unit) => ("grid" in unit ? [{ unit, ...unit.grid }] : []));
  const tests = (verdict: JudgedTest["verdict"]) =>
    grid.flatMap(({ unit, tests: list }) => list.filter((test) => test.verdict === verdict).map((test) => ({ unit, test })));
  const samples = (...verdicts: JudgedSample["verdict"][]) =>
    grid.flatMap(({ unit, samples: list }) => list.filter(({ verdict }) => verdicts.includes(verdict)).map((sample) => ({ unit, sample })));
  const testLine = ({ unit, test }: ReturnType<typeof tests>[number]) =>
    `${unit.opa.repository} ${test.file}:${test.row} ${test.name}: OPA ${oneLine(test.opa)} | Grid ${oneLine(test.grid)}`;
  const sampleLine = ({ unit, sample: { ref, index, verdict, opa, grid: own } }: ReturnType<typeof samples>[number]) =>
    `${place(unit)} ${ref} #${index} ${verdict}\n    OPA  ${describeAnswer(opa)}\n    Grid ${describeAnswer(own)}`;
  const failed = grid.flatMap(({ unit, files }) => files.filter(({ end }) => end === "fails").map((file) => ({ unit, file })));
  const blame = ({ unit, file: { file, blame: why } }: (typeof failed)[number]) =>
    `${unit.opa.repository} ${file}: ${why?.file}:${why?.line ?? "?"} ${oneLine(why?.message ?? "")}`;
  return [
    table,
    formatList("wrong tests", tests("wrong").map(testLine), show),
    formatList("wrong samples", samples("value", "order").map(sampleLine), show),
    formatList("samples with an answer, but OPA has an error", samples("answers").map(sampleLine), show),
    formatList(
      "units that ended a process of Grid",
      units.flatMap((unit) => ("ended" in unit ? [`${place(unit)}: ${oneLine(unit.ended)}`] : [])),
      show,
    ),
    causes(
      "files that do not load",
      failed.map((one) => [one.file.blame?.message ?? "", blame(one)]),
      show,
    ),
    causes(
      "errors of tests",
      tests("error").map((one) => [one.test.grid.replace(/^does not load: \S+ /, "load: "), testLine(one)]),
      show,
    ),
    causes(
      "errors of samples",
      samples("errors", "unloaded").map((one) => [describeAnswer(one.sample.grid), sampleLine(one)]),
      show,
    ),
    causes(
      "other errors than OPA's",
      samples("code").map((one) => [`${describeAnswer(one.sample.opa)} | ${describeAnswer(one.sample.grid)}`, sampleLine(one)]),
      show,
    ),
    causes(
      "rejected by the default limits",
      grid.flatMap(({ unit, byDefault }) => (byDefault ? [[byDefault, place(unit)]] : [])),
      show,
    ),
    formatList("bundles that load with a key that has not signed them", unverifiedOf(repositories), show),
    formatList(
      "units of which opa build makes no bundle",
      units.flatMap((unit) => ("unbuilt" in unit ? [`${place(unit)}: ${oneLine(unit.unbuilt ?? "")}`] : [])),
      show,
    ),
    formatList(
      "units that OPA rejects",
      units.flatMap((unit) => (unit.opa.refused ? [`${place(unit)}: ${oneLine(unit.opa.refused)}`] : [])),
      show,
    ),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function formatList(title: string, lines: string[], show: number): string {
  if (lines.length === 0) return "";
  return [`# ${lines.length} ${title}`, ...lines.slice(0, show), ...(lines.length > show ? [`and ${lines.length - show} more`] : [])].join(
    "\n",
  );
}

/** Lines by cause, the most frequent first, each with an example. */
function causes(title: string, list: string[][], show: number): string {
  const by = Map.groupBy(list, ([cause = ""]) => kindOf(cause));
  const lines = [...by]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([cause, all]) => `${all.length} ${cause}\n    ${oneLine(all[0]?.[1] ?? "")}`);
  return formatList(`${title}, by cause (${list.length} in all)`, lines, show).replace(/^# \d+ /, "# ");
}

function kindOf(message: string): string {
  return oneLine(message)
    .replaceAll(/\b[\w./+-]+\.rego(?::\d+)*:?\s*/g, "")
    .replaceAll(/[`'"][^`'"]{1,80}[`'"]/g, "…")
    .replaceAll(/\d+/g, "N")
    .slice(0, 110);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, 260);
}
