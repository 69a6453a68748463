// Errors of policies, as OPA prints them.
import { goJson } from "./json.ts";
import type { Diagnostic } from "./grid.ts";
import type { PolicyErrors } from "./load.ts";

/** The text of the first `most` errors; 0 means all. */
export function describeFaults({ faults, isLoading }: PolicyErrors, most: number): string {
  const shown = most === 0 ? faults : faults.slice(0, most);
  const lines = shown.map(describeFault);
  if (shown.length < faults.length) lines.push("rego_compile_error: error limit reached");
  const when = isLoading ? " during loading" : "";
  return lines.length === 1 ? `1 error occurred${when}: ${lines[0]}` : `${lines.length} errors occurred${when}:\n${lines.join("\n")}`;
}

/** The errors as OPA's JSON. */
export function faultsJson({ faults }: PolicyErrors, most: number): string {
  const shown = most === 0 ? faults : faults.slice(0, most);
  return goJson(JSON.stringify({ errors: shown.map(faultFields) }));
}

function describeFault(fault: Diagnostic): string {
  const place = fault.file === undefined || fault.line === undefined ? "" : `${fault.file}:${fault.line}: `;
  const details = (fault.details ?? []).map((line) => `\n\t${line}`).join("");
  return `${place}${fault.opaCode ?? fault.code}: ${fault.message}${details}`;
}

/** One error: details of a parse error are its line and the offset of the caret, those of others are lines. */
export function faultFields(fault: Diagnostic): object {
  const { file, line, column, details = [] } = fault;
  const [source, caret] = details;
  const isParse = fault.opaCode === "rego_parse_error" && source !== undefined && caret !== undefined;
  return {
    message: fault.message,
    code: fault.opaCode ?? fault.code,
    ...(line !== undefined && { location: { file: file ?? "", row: line, col: column ?? 0 } }),
    ...(isParse && { details: { line: source, idx: caret.indexOf("^") } }),
    ...(!isParse && details.length > 0 && { details: details.join("\n") }),
  };
}
