// The row of a project and a target: the build output, the findings of the audit, and the runs.
import { BoardkitError } from "../../lib/errors.ts";
import type { ForeignProject } from "./list.ts";

export type ForeignRow = {
  project: string;
  kind: string;
  target: string;
  built: string;
  audit: string;
  ran: string;
  /** An error that the project's entry does not explain. */
  fault?: string;
  /** The entry's explanation of an error. */
  why?: string;
};

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

export function base({ name, version, kind }: ForeignProject, target: string): ForeignRow {
  return { project: `${name} ${version}`, kind, target, built: "-", audit: "-", ran: "-" };
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
