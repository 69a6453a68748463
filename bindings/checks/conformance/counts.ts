// The outcomes of the cases by group: the repo keeps them, so that a lower count fails.
import type { OpaCase } from "./opa-cases.ts";
import { CLASSES, type Class, type Outcome } from "./run-case.ts";

export type Counts = Record<Class, number>;
/** Results for one version of Rego: counts by group, and the class of each case that differs, by its note. */
export type Results = {
  /** A group has only the classes of its cases; `loose` counts the cases that pass if any error counts as the expected one. */
  groups: Record<string, Partial<Counts> & { loose: number }>;
  differ: Record<string, Exclude<Class, "pass" | "missing">>;
};

/** Counts outcomes. */
export function countOutcomes(cases: OpaCase[], outcomes: Outcome[]): Results {
  const results: Results = { groups: {}, differ: {} };
  for (const [index, { group, note }] of cases.entries()) {
    const { class: found, loose } = outcomes[index] ?? { class: "crash", loose: "crash" };
    const counts = (results.groups[group] ??= { loose: 0 });
    counts[found] = (counts[found] ?? 0) + 1;
    if (loose === "pass") counts.loose += 1;
    if (found !== "pass" && found !== "missing") results.differ[note] = found;
  }
  return { groups: sorted(results.groups), differ: sorted(results.differ) };
}

/** The number of cases that pass if any error counts as the expected one. */
export function looseTotal({ groups }: Results): number {
  return Object.values(groups).reduce((sum, { loose }) => sum + loose, 0);
}

/** The number of cases of a group. */
export function sizeOf(counts: Partial<Counts>): number {
  return CLASSES.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
}

/** The sum of all groups. */
export function total({ groups }: Results): Counts {
  const sums = Object.fromEntries(CLASSES.map((name) => [name, 0])) as Counts;
  for (const counts of Object.values(groups)) for (const name of CLASSES) sums[name] += counts[name] ?? 0;
  return sums;
}

/** Groups that pass fewer cases than before, and cases that newly differ. */
export function regressions(before: Results, after: Results): string[] {
  const fewer = Object.entries(before.groups).filter(([group, counts]) => (after.groups[group]?.pass ?? 0) < (counts.pass ?? 0));
  const newly = Object.entries(after.differ).filter(([note]) => !(note in before.differ));
  return [
    ...fewer.map(([group, counts]) => `${group}: ${after.groups[group]?.pass ?? 0} pass, before ${counts.pass}`),
    ...newly.map(([note, found]) => `${note}: ${found}`),
  ];
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
