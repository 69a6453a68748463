// The report of `npm run check:errors`, and its failures.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { type GridFault, plainMessage } from "../opa/grid.ts";
import { ofGrid, ofOpa, type Sameness, type ErrorParts } from "./judge.ts";
import type { Compared, Report } from "./run.ts";

/** The least percentages of faulty policies whose first error agrees in a part. */
const GOALS = { code: 98, row: 97, column: 93 } as const;
/** Grid must not load a policy that OPA rejects with one of these codes. */
const NEVER = new Set(["rego_unsafe_var_error", "rego_recursion_error"]);
const OF_FIRST = ["code", "row", "column", "message"] as const;
const PARTS = [...OF_FIRST, "all"] as const satisfies (keyof Sameness)[];
const EXAMPLES = 60;

/** The missed goals of a report. */
export function failuresOf({ compared }: Report): string[] {
  const faulty = compared.filter(({ opa }) => opa.length > 0);
  const short = Object.entries(GOALS).flatMap(([part, goal]) => {
    const share = shareOf(faulty, part as keyof Sameness);
    return share < goal ? [`the same ${part} in ${share.toFixed(1)} %, the goal is ${goal} %`] : [];
  });
  const loaded = faulty.filter(({ verdict, opa }) => verdict === "lenient" && NEVER.has(opa[0]?.code ?? ""));
  const broken = compared.filter(({ verdict }) => verdict === "broken");
  return [
    ...short,
    ...(loaded.length > 0 ? [`${loaded.length} policies load, but OPA rejects them for safety or recursion`] : []),
    ...(broken.length > 0 ? [`${broken.length} policies make Grid crash, hang or throw`] : []),
  ];
}

/** The tables, and the policies with other errors in Grid. */
export function formatReport(report: Report): string {
  const { compared, unsupported } = report;
  const faulty = compared.filter(({ opa }) => opa.length > 0);
  const by = Map.groupBy(faulty, ({ opa }) => opa[0]?.code ?? "no code");
  const rows = [...by].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([code, list]) => rowOf(code, list));
  const of = (verdict: Compared["verdict"], list = compared) => list.filter((one) => one.verdict === verdict);
  const never = of("lenient").filter(({ opa }) => NEVER.has(opa[0]?.code ?? ""));
  const sections = [
    formatTable(
      ["OPA's code", "policies", ...PARTS.map((part) => `same ${part} %`), "loads", "limit", "broken"],
      [...rows, rowOf("all", faulty)],
    ),
    `goals: ${Object.entries(GOALS)
      .map(([part, goal]) => `${part} ${goal} %`)
      .join(", ")}; all: the codes and places of all errors of a policy, not only of the first`,
    `OPA accepts ${compared.length - faulty.length} policies; Grid rejects ${of("refused").length} of them`,
    `${of("lacks").length} policies need a builtin that Grid lacks`,
    ...(unsupported.length > 0 ? [`${unsupported.length} not compared: ${unsupported[0]}`] : []),
    formatList("load, but OPA rejects them for safety or recursion", never),
    formatList(
      "load, but OPA rejects them for another reason",
      of("lenient").filter((one) => !never.includes(one)),
    ),
    formatList("are rejected, but OPA accepts them", of("refused")),
    formatList("crash, hang or throw in Grid", of("broken")),
    ...OF_FIRST.map((part) => causes(part, faulty)),
  ];
  return sections.filter(Boolean).join("\n\n");
}

function rowOf(name: string, list: Compared[]): string[] {
  const count = (verdict: Compared["verdict"]) => String(list.filter((one) => one.verdict === verdict).length);
  return [
    name,
    String(list.length),
    ...PARTS.map((part) => shareOf(list, part).toFixed(1)),
    count("lenient"),
    count("limit"),
    count("broken"),
  ];
}

/** The percentage of policies whose first errors agree in a part; a policy without a Grid error does not agree. */
function shareOf(list: Compared[], part: keyof Sameness): number {
  const compared = list.filter(({ verdict }) => verdict !== "limit" && verdict !== "lacks");
  return (100 * compared.filter(({ same }) => same?.[part]).length) / Math.max(1, compared.length);
}

function formatList(title: string, list: Compared[]): string {
  if (list.length === 0) return "";
  const lines = list.slice(0, EXAMPLES).map((one) => `${one.policy.name}: ${bothSides(one)}`);
  return [`# ${list.length} ${title}`, ...lines, ...(list.length > EXAMPLES ? [`and ${list.length - EXAMPLES} more`] : [])].join("\n");
}

/** The differences of first errors in a part, by cause. */
function causes(part: (typeof OF_FIRST)[number], list: Compared[]): string {
  const differing = list.filter(({ same }) => same !== undefined && !same[part]);
  // If the row differs, the column is not counted.
  const own = part === "column" ? differing.filter(({ same }) => same?.row) : differing;
  if (own.length === 0) return "";
  const by = Map.groupBy(own, (one) => {
    const [opa, grid] = firsts(one);
    return `OPA ${opa?.code}: ${kindOf(opa?.message)} | Grid ${grid?.code ?? "no code"}: ${kindOf(grid?.message)}`;
  });
  const sorted = [...by].toSorted(([, left], [, right]) => right.length - left.length).slice(0, EXAMPLES);
  return [
    `# another ${part}: ${own.length}`,
    ...sorted.map(([cause, all]) => `${all.length} ${cause}\n    ${all[0]?.policy.name}: ${bothSides(all[0])}`),
  ].join("\n");
}

function firsts({ opa, grid }: Compared): [ErrorParts | undefined, ErrorParts | undefined] {
  return [opa.map(ofOpa)[0], "faults" in grid ? grid.faults.map(ofGrid)[0] : undefined];
}

function bothSides(one: Compared | undefined): string {
  if (!one) return "";
  const text = ({ code, row, column, message }: ErrorParts) => `${row}:${column} ${code ?? ""} ${message.split("\n")[0]}`.slice(0, 160);
  const [opa] = firsts(one);
  const own =
    "faults" in one.grid
      ? one.grid.faults.map((fault: GridFault) => text({ ...ofGrid(fault), message: plainMessage(fault) }))[0]
      : undefined;
  const end = "thrown" in one.grid ? one.grid.thrown : "ended" in one.grid ? one.grid.ended : (own ?? "accepts it");
  return `OPA ${opa ? text(opa) : "accepts it"} | Grid ${end}`;
}

function kindOf(message = ""): string {
  return (message.split("\n")[0] ?? "")
    .replaceAll(/`[^`]*`|"[^"]*"|\b\d+\b|\b(?:data|input)[.[][\w.[\]"]*|__local\w*/g, "…")
    .replaceAll(/\b(var|rule|function|func|package|import) \S+/g, "$1 …")
    .slice(0, 90);
}
