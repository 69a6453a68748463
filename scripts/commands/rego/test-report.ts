// Results of tests, as `opa test` prints them.
import type { Print, TestResult } from "./grid.ts";
import { goJson } from "./json.ts";

/** A case, and the cases below its key. */
type Case = { name: string; fail?: true; sub_results?: Cases };
type Cases = { [name: string]: Case };

const RULE = "-".repeat(80);

/** Whether a test fails a run; a skipped one does too, as in OPA. */
export function hasFailed({ outcome }: TestResult): boolean {
  return outcome !== "pass";
}

/** The report as text. */
export function describeTests(results: TestResult[], verbose: boolean): string {
  const lines: string[] = [];
  let file = "";
  for (const result of results) {
    if (!verbose && !hasFailed(result)) continue;
    if (file !== "" && file !== result.file) lines.push("");
    file = result.file;
    lines.push(`${result.file}:${result.line}:`, describeTest(result), ...describeCases(casesOf(result), verbose, 0));
    if (result.prints.length > 0) lines.push("", ...printed(result.prints).map((line) => `  ${line}`), "");
    if (result.outcome === "error") lines.push(`  ${result.message ?? result.code ?? "error"}`);
  }
  if (lines.length > 0) lines.push(RULE);
  return [...lines, ...describeTotals(results)].join("\n");
}

/** The report as OPA's JSON: a list, with durations in nanoseconds and prints in base64. */
export function testsJson(results: TestResult[]): string {
  return goJson(JSON.stringify(results.length === 0 ? null : results.map(fields)));
}

function fields(result: TestResult): object {
  const { file, line, column, outcome, prints } = result;
  const cases = casesOf(result);
  return {
    location: { file, row: line, col: column },
    package: result.package,
    name: result.name,
    ...(outcome === "fail" && { fail: true }),
    ...(outcome === "error" && { error: { code: result.code, message: result.message } }),
    ...(outcome === "skip" && { skip: true }),
    duration: result.durationNs,
    ...(prints.length > 0 && { output: Buffer.from(`${printed(prints).join("\n")}\n`).toString("base64") }),
    ...(Object.keys(cases).length > 0 && { sub_results: cases }),
  };
}

function describeTest({ package: path, name, outcome, durationNs }: TestResult): string {
  const text = `${path}.${name}: ${outcome === "skip" ? "SKIPPED" : outcome.toUpperCase()}`;
  return outcome === "skip" ? text : `${text} (${goDuration(durationNs)})`;
}

function describeCases(cases: Cases, verbose: boolean, depth: number): string[] {
  return Object.values(cases).flatMap(({ name, fail, sub_results: inner = {} }) => {
    const own = fail || verbose ? [`${"  ".repeat(depth + 1)}${name}: ${fail ? "FAIL" : "PASS"}`] : [];
    return [...own, ...describeCases(inner, verbose, depth + 1)];
  });
}

/** The cases of a test by their keys, sorted; a key fails if a case below it does. */
function casesOf({ cases = [] }: TestResult): Cases {
  const root: Cases = {};
  for (const { path, outcome } of cases) {
    let level = root;
    for (const [index, name] of path.entries()) {
      const entry = (level[name] ??= { name });
      if (outcome === "fail") entry.fail = true;
      if (index + 1 < path.length) level = entry.sub_results ??= {};
    }
  }
  return sorted(root);
}

function sorted(cases: Cases): Cases {
  const entries = Object.entries(cases).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, entry]) => [name, { ...entry, ...(entry.sub_results && { sub_results: sorted(entry.sub_results) }) }]),
  );
}

/** The last lines: a line per outcome. A test with cases counts as its cases. */
function describeTotals(results: TestResult[]): string[] {
  const totals = { pass: 0, fail: 0, skip: 0, error: 0 };
  for (const { outcome, cases = [] } of results) {
    if (cases.length === 0 || outcome === "error" || outcome === "skip") totals[outcome] += 1;
    else for (const one of cases) totals[one.outcome] += 1;
  }
  const all = Object.values(totals).reduce((sum, count) => sum + count, 0);
  const names = { pass: "PASS", fail: "FAIL", skip: "SKIPPED", error: "ERROR" };
  return (["pass", "fail", "skip", "error"] as const)
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => `${names[outcome]}: ${totals[outcome]}/${all}`);
}

function printed(prints: Print[]): string[] {
  return prints.flatMap(({ text }) => text.split("\n"));
}

/** A duration as Go prints it. */
export function goDuration(ns: number): string {
  if (ns === 0) return "0s";
  const [unit, size] = ns < 1000 ? ["ns", 1] : ns < 1e6 ? ["µs", 1e3] : ns < 1e9 ? ["ms", 1e6] : ["s", 1e9];
  return `${ns / (size as number)}${unit}`;
}
