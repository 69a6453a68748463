// What OPA and Grid say of one policy, side by side.
import { type GridFault, lacksBuiltin, opaCodeOf, plainMessage } from "../opa/grid.ts";
import type { OpaError } from "../opa/oracle.ts";

/** What Grid says of a policy: its faults, or how it ended without telling any. */
export type GridSays = { faults: GridFault[] } | { thrown: string } | { ended: string };

/**
 * `both` refuse it; `lenient`: OPA alone does; `refused`: Grid alone does; `broken`: Grid crashed, hung or threw. What both take is `sound`.
 * `limit`: Grid refuses it by a limit of its own, and not for what it says; `lacks`: for a builtin of OPA's that its build lacks.
 */
type Verdict = "both" | "lenient" | "refused" | "broken" | "sound" | "limit" | "lacks";

/** Which parts of two errors are the same, and whether the whole lists of places and codes are. */
export type Sameness = { code: boolean; row: boolean; column: boolean; message: boolean; all: boolean };
export type Judged = { verdict: Verdict; same?: Sameness };

/** The parts of an error that are compared. */
export type Told = { code: string | undefined; file: string; row: number; column: number; message: string };

/** Compares what both say: their first errors by their places, and all of them. `builtins` are the names of OPA's. */
export function judge(opa: OpaError[], grid: GridSays, builtins: ReadonlySet<string>): Judged {
  if (!("faults" in grid)) return { verdict: "broken" };
  const own = grid.faults.map(ofGrid).toSorted(byPlace);
  const [first, wanted] = [own[0], opa.map(ofOpa).toSorted(byPlace)[0]];
  if (!first) return { verdict: wanted ? "lenient" : "sound" };
  if (grid.faults.every(({ code }) => code === "GRID_LIMIT")) return { verdict: "limit" };
  if (grid.faults.some(({ message }) => lacksBuiltin(message, builtins))) return { verdict: "lacks" };
  if (!wanted) return { verdict: "refused" };
  const row = first.file === wanted.file && first.row === wanted.row;
  return {
    verdict: "both",
    same: {
      code: first.code === wanted.code,
      row,
      column: row && first.column === wanted.column,
      message: first.message === wanted.message,
      all: listOf(own) === listOf(opa.map(ofOpa).toSorted(byPlace)),
    },
  };
}

/** An error of OPA in the terms of both. */
export function ofOpa({ code, message, file = "", row = 0, col = 0 }: OpaError): Told {
  return { code, message: message.trim(), file, row, column: col };
}

/** A fault of Grid in the terms of both. */
export function ofGrid(fault: GridFault): Told {
  return { code: opaCodeOf(fault), message: plainMessage(fault), file: fault.file ?? "", row: fault.line ?? 0, column: fault.column ?? 0 };
}

function listOf(errors: Told[]): string {
  return errors.map(({ code, file, row, column }) => `${code} ${file}:${row}:${column}`).join("\n");
}

function byPlace(left: Told, right: Told): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.row - right.row || left.column - right.column;
}
