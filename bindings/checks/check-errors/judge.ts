// Compares the errors of OPA and Grid for one policy.
import { type GridFault, lacksBuiltin, opaCodeOf, plainMessage } from "../opa/grid.ts";
import type { OpaError } from "../opa/oracle.ts";

/** Grid's result for a policy: its faults, or how Grid failed. */
export type GridSays = { faults: GridFault[] } | { thrown: string } | { ended: string };

/**
 * `both` reject it; `lenient`: only OPA does; `refused`: only Grid does; `sound`: neither does; `broken`: Grid crashed, hung or threw;
 * `limit`: a limit of Grid rejects it; `lacks`: this build of Grid lacks one of OPA's builtins.
 */
type Verdict = "both" | "lenient" | "refused" | "broken" | "sound" | "limit" | "lacks";

/** Which parts of the first errors are equal; `all`: whether the lists of all places and codes are. */
export type Sameness = { code: boolean; row: boolean; column: boolean; message: boolean; all: boolean };
export type Judged = { verdict: Verdict; same?: Sameness };

/** The parts of an error that are compared. */
export type ErrorParts = { code: string | undefined; file: string; row: number; column: number; message: string };

/** Compares the errors of both, in order of their places. `builtins` are the names of OPA's builtins. */
export function judge(opa: OpaError[], grid: GridSays, builtins: ReadonlySet<string>): Judged {
  if (!("faults" in grid)) return { verdict: "broken" };
  const own = grid.faults.map(ofGrid).toSorted(byPlace);
  const [first, expected] = [own[0], opa.map(ofOpa).toSorted(byPlace)[0]];
  if (!first) return { verdict: expected ? "lenient" : "sound" };
  if (grid.faults.every(({ code }) => code === "GRID_LIMIT")) return { verdict: "limit" };
  if (grid.faults.some(({ message }) => lacksBuiltin(message, builtins))) return { verdict: "lacks" };
  if (!expected) return { verdict: "refused" };
  const row = first.file === expected.file && first.row === expected.row;
  return {
    verdict: "both",
    same: {
      code: first.code === expected.code,
      row,
      column: row && first.column === expected.column,
      message: first.message === expected.message,
      all: listOf(own) === listOf(opa.map(ofOpa).toSorted(byPlace)),
    },
  };
}

/** The compared parts of an OPA error. */
export function ofOpa({ code, message, file = "", row = 0, col = 0 }: OpaError): ErrorParts {
  return { code, message: message.trim(), file, row, column: col };
}

/** The compared parts of a Grid fault. */
export function ofGrid(fault: GridFault): ErrorParts {
  return { code: opaCodeOf(fault), message: plainMessage(fault), file: fault.file ?? "", row: fault.line ?? 0, column: fault.column ?? 0 };
}

function listOf(errors: ErrorParts[]): string {
  return errors.map(({ code, file, row, column }) => `${code} ${file}:${row}:${column}`).join("\n");
}

function byPlace(left: ErrorParts, right: ErrorParts): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.row - right.row || left.column - right.column;
}
