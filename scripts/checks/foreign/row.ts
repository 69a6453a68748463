// The row of a project and a target: the build output, the findings of the audit, and the runs.
import { BoardkitError } from "../../lib/errors.ts";
import type { ForeignProject } from "./list.ts";
import type { ForeignRow } from "./results.ts";

/** A project with its version. */
export const nameOf = ({ name, version }: Pick<ForeignProject, "name" | "version">): string => `${name} ${version}`;

/** The failures of calls on a target: explained if the project's entry names all of them. */
export function explainedCall(
  { explainCall }: Pick<ForeignProject, "explainCall">,
  target: string,
  faults: string[],
): Pick<ForeignRow, "fault" | "why"> {
  const known = explainCall?.targets.includes(target) ? explainCall : undefined;
  if (faults.length === 0) return known ? { fault: `the call works, but its entry expects ${known.text}` } : {};
  return known && faults.every((fault) => fault.endsWith(known.text)) ? { why: known.why } : { fault: faults.join("; ") };
}

export function base(project: ForeignProject, target: string): ForeignRow {
  return { project: nameOf(project), target, built: "-", runs: [] };
}

/** The row of an error: explained if the project's entry names that error. */
export function explained({ explain }: Pick<ForeignProject, "explain">, row: ForeignRow, error: unknown): ForeignRow {
  const { code, message, tail } =
    error instanceof BoardkitError
      ? { code: error.code, message: error.message, tail: error.details.tail ?? "" }
      : { code: "FAULT", message: String(error), tail: "" };
  const ended = { ...row, built: `${row.built}: ${code}` };
  const isKnown = explain?.code === code && `${message}\n${tail}`.includes(explain.text ?? "");
  return isKnown ? { ...ended, why: explain.why } : { ...ended, fault: message };
}
