// Classifies the answers of Grid and OPA to one question.
import { type Answer, type Verdict, VERDICTS } from "../opa/answers.ts";
import { isExplained } from "../opa/explained.ts";

/** The classes; `refused`: Grid rejects a policy that OPA accepts; `ended`: the policy ended a process of Grid. */
export const CLASSES = [...VERDICTS, "refused", "ended"] as const;
export type Class = Verdict | "refused" | "ended";

export const MEANINGS: Record<Class, string> = {
  same: "the same answer",
  digits: "numbers differ in digits beyond the precision of a double",
  order: "the items of an array or of a set have another order",
  value: "another value",
  errors: "an error of Grid, an answer of OPA",
  answers: "an answer of Grid, an error of OPA",
  code: "errors with different codes",
  limit: "stopped by a limit of Grid",
  refused: "policies that only Grid rejects",
  ended: "policies that make a process of Grid crash or hang",
};

/** Classes that are failures. */
const FAIL: ReadonlySet<Class> = new Set<Class>(["order", "value", "errors", "answers", "refused", "ended"]);

/** Whether a difference of a class and cause is a failure. */
export function fails(found: Class, cause: string): boolean {
  return FAIL.has(found) && !isExplained(cause);
}

/** The common cause of similar differences. `strict` is whether errors of builtins end an evaluation. */
export function causeOf(found: Class, grid: Answer, opa: Answer, strict: boolean): string {
  const says = (answer: Answer) => {
    if ("error" in answer) return `${answer.error} ${kindOf(answer.message)}`;
    return answer.text === "undefined" ? "undefined" : "a value";
  };
  return `${found}${strict ? ", strict" : ""}: Grid ${says(grid)} / OPA ${says(opa)}`;
}

/** A message without the names of one policy. */
export function kindOf(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return line
    .replaceAll(/`[^`]*`|"[^"]*"|\bt?\d+\b[\w./]*|\b[rlnf]\d+\b|\bdata\.[\w.]+/g, "…")
    .replaceAll(/__local\w+/g, "__local…")
    .replaceAll(/\b(var|variable|function|rule|keyword) (?!__local)\S+/g, "$1 …")
    .slice(0, 100);
}
