// What the answers of Grid and OPA to one question mean together.
import { type Answer, type Verdict, VERDICTS } from "../opa/answers.ts";
import { isExplained } from "../opa/explained.ts";

/** What can come of a question; `refused`: Grid refuses a policy that OPA takes; `ended`: it ended its process. */
export const CLASSES = [...VERDICTS, "refused", "ended"] as const;
export type Class = Verdict | "refused" | "ended";

export const MEANINGS: Record<Class, string> = {
  same: "both say the same",
  digits: "numbers differ in digits that a double does not hold",
  order: "the items of an array, or of a set, have another order",
  value: "another value",
  errors: "Grid errs where OPA answers",
  answers: "Grid answers where OPA errs",
  code: "both err, with other codes",
  limit: "a limit of Grid forbids it",
  refused: "policies: Grid refuses what OPA takes",
  ended: "policies: a process of Grid crashed or hung",
};

/** Classes of which one is a failure. */
const FAIL: ReadonlySet<Class> = new Set<Class>(["order", "value", "errors", "answers", "refused", "ended"]);

/** Whether a difference of a class and cause is a failure. */
export function fails(found: Class, cause: string): boolean {
  return FAIL.has(found) && !isExplained(cause);
}

/** What differences of one class have in common. `strict` is whether errors of builtins end an evaluation. */
export function causeOf(found: Class, grid: Answer, opa: Answer, strict: boolean): string {
  const says = (answer: Answer) => {
    if ("error" in answer) return `${answer.error} ${kindOf(answer.message)}`;
    return answer.text === "undefined" ? "undefined" : "a value";
  };
  return `${found}${strict ? ", strict" : ""}: Grid ${says(grid)} / OPA ${says(opa)}`;
}

/** A message without what is of one policy alone. */
export function kindOf(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return line
    .replaceAll(/`[^`]*`|"[^"]*"|\bt?\d+\b[\w./]*|\b[rlnf]\d+\b|\bdata\.[\w.]+/g, "…")
    .replaceAll(/__local\w+/g, "__local…")
    .replaceAll(/\b(var|variable|function|rule|keyword) (?!__local)\S+/g, "$1 …")
    .slice(0, 100);
}
