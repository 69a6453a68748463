// What is to be reached, and what was.

/** One goal: what is measured, what it may be, and what it came to; undefined where it could not be measured. */
export type Goal = { what: string; goal: string; found: string; held: boolean | undefined };

const missing = "not measured";

/** At most so much. */
export function atMost(what: string, most: number, unit: string, found: number | undefined): Goal {
  return { what, goal: `<= ${most} ${unit}`, found: said(found, unit), held: found === undefined ? undefined : found <= most };
}

/** At least so much. */
export function atLeast(what: string, least: number, unit: string, found: number | undefined): Goal {
  return { what, goal: `>= ${least} ${unit}`, found: said(found, unit), held: found === undefined ? undefined : found >= least };
}

/** Rows of a table. */
export function goalRows(goals: Goal[]): string[][] {
  return goals.map(({ what, goal, found, held }) => [what, goal, found, held === undefined ? "" : held ? "holds" : "MISSED"]);
}

function said(found: number | undefined, unit: string): string {
  return found === undefined ? missing : `${found.toFixed(2)} ${unit}`;
}
