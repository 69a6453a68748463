// What `npm run conformance` prints.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { looseTotal, sizeOf, total, type Results } from "./counts.ts";
import type { OpaCase } from "./opa-cases.ts";
import { othersOf } from "./page.ts";
import { CLASSES, type Class, type Outcome } from "./run-case.ts";

/** Classes whose cases are listed without being asked for: an answer that may be wrong, or none. */
const LISTED = new Set<Class>(["wrong", "lenient", "panic", "timeout", "crash"]);

/** Groups that do not pass as a whole, by both rulers: `any error` is the old one, which took any error for the wanted one. */
export function groupTable(found: Record<string, Results>): string {
  const rows = Object.entries(found).flatMap(([version, { groups }]) =>
    Object.entries(groups)
      .filter(([, counts]) => (counts.pass ?? 0) < sizeOf(counts))
      .map(([group, counts]) => [version, group, String(sizeOf(counts)), String(counts.loose), String(counts.pass ?? 0), othersOf(counts)]),
  );
  return formatTable(["version", "feature", "of", "any error", "pass", "else"], rows);
}

/** The sums, by both rulers. */
export function totalTable(found: Record<string, Results>): string {
  return formatTable(
    ["version", "of", "any error", ...CLASSES],
    Object.entries(found).map(([version, one]) => {
      const sums = total(one);
      return [version, String(sizeOf(sums)), String(looseTotal(one)), ...CLASSES.map((name) => String(sums[name]))];
    }),
  );
}

/** Cases that do not pass: those that should alarm, or those whose note or class contains a text. */
export function listed(all: { one: OpaCase; outcome: Outcome }[], text?: string): string {
  const isWanted = ({ one, outcome }: (typeof all)[number]) =>
    text === undefined ? LISTED.has(outcome.class) : outcome.class !== "pass" && (one.note.includes(text) || outcome.class.includes(text));
  return all
    .filter(isWanted)
    .map(({ one, outcome }) => `${one.version} ${outcome.class} ${one.note}: ${outcome.reason}`)
    .join("\n");
}
