// Goals of benchmarks and their results.

/** A measurement, its goal and its result; `held` is whether the goal is met, undefined if it was not measured. */
export type Goal = { what: string; goal: string; found: string; held: boolean | undefined };

const missing = "not measured";

export function atMost(what: string, most: number, unit: string, found: number | undefined): Goal {
  return { what, goal: `<= ${most} ${unit}`, found: withUnit(found, unit), held: found === undefined ? undefined : found <= most };
}

export function atLeast(what: string, least: number, unit: string, found: number | undefined): Goal {
  return { what, goal: `>= ${least} ${unit}`, found: withUnit(found, unit), held: found === undefined ? undefined : found >= least };
}

/** Rows of a table. */
export function goalRows(goals: Goal[]): string[][] {
  return goals.map(({ what, goal, found, held }) => [what, goal, found, held === undefined ? "" : held ? "met" : "MISSED"]);
}

function withUnit(found: number | undefined, unit: string): string {
  return found === undefined ? missing : `${found.toFixed(2)} ${unit}`;
}
