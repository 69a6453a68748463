// What a check of sources finds: Grid's text for each source beside OPA's.
import type { OpaError } from "../opa/oracle.ts";

/** Grid beside OPA: `refused` is an error where OPA has a text, `lenient` a text where OPA has an error. */
export type Outcome = "equal" | "different" | "refused" | "lenient" | "bothRefuse";
export type Finding = { source: string; version: "v0" | "v1"; outcome: Outcome; detail: string; changes?: boolean };
export type GroupResult = { name: string; findings: Finding[] };

/** OPA's text, or its errors. */
export type OpaText = { text?: string; errors?: OpaError[] };

/** Compares the text that Grid has with OPA's; `differ` describes where they differ. */
export function judge(
  ask: () => string,
  { text: wanted, errors }: OpaText,
  differ: (wanted: string, found: string) => string,
): Pick<Finding, "outcome" | "detail"> & { text?: string } {
  let text: string;
  try {
    text = ask();
  } catch (error) {
    if (wanted === undefined) return { outcome: "bothRefuse", detail: "" };
    return { outcome: "refused", detail: (error as Error).message };
  }
  if (wanted === undefined) return { outcome: "lenient", detail: errors?.[0]?.text ?? "no reason given", text };
  return text === wanted ? { outcome: "equal", detail: "", text } : { outcome: "different", detail: differ(wanted, text), text };
}
