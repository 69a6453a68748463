// The output of `npm run conformance`.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { looseTotal, sizeOf, total, type Results } from "./counts.ts";
import type { OpaCase } from "./opa-cases.ts";
import { othersOf } from "./page.ts";
import { CLASSES, type Class, type Outcome } from "./run-case.ts";

/** Classes whose cases are always listed: the answer may be wrong, or there is none. */
const LISTED = new Set<Class>(["wrong", "lenient", "panic", "timeout", "crash"]);

/** Groups with cases that do not pass; `any error` counts any error as the expected one. */
export function groupTable(found: Record<string, Results>): string {
  const rows = Object.entries(found).flatMap(([version, { groups }]) =>
    Object.entries(groups)
      .filter(([, counts]) => (counts.pass ?? 0) < sizeOf(counts))
      .map(([group, counts]) => [version, group, String(sizeOf(counts)), String(counts.loose), String(counts.pass ?? 0), othersOf(counts)]),
  );
  return formatTable(["version", "feature", "of", "any error", "pass", "else"], rows);
}

/** The sums; `any error` counts any error as the expected one. */
export function totalTable(found: Record<string, Results>): string {
  return formatTable(
    ["version", "of", "any error", ...CLASSES],
    Object.entries(found).map(([version, one]) => {
      const sums = total(one);
      return [version, String(sizeOf(sums)), String(looseTotal(one)), ...CLASSES.map((name) => String(sums[name]))];
    }),
  );
}

/** Cases that do not pass: those of the listed classes, or those whose note or class contains `text`. */
export function listCases(all: { one: OpaCase; outcome: Outcome }[], text?: string): string {
  const isListed = ({ one, outcome }: (typeof all)[number]) =>
    text === undefined ? LISTED.has(outcome.class) : outcome.class !== "pass" && (one.note.includes(text) || outcome.class.includes(text));
  return all
    .filter(isListed)
    .map(({ one, outcome }) => `${one.version} ${outcome.class} ${one.note}: ${outcome.reason}`)
    .join("\n");
}
