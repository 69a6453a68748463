// What the answers of plan, core and OPA to one question mean together.
import { type Answer, canonical, same } from "./grid.ts";

/**
 * What can come of a question. `plan`: the plan differs from the core, a failure. `unasked`: the core errs in a clause that need not be
 * asked, and OPA says what the plan says. `core`: the core errs in another way, and OPA says what the plan says. `value`, `answers` and
 * `errs`: plan and core agree, and OPA has another value, an error, or an answer.
 */
export const CLASSES = ["equal", "plan", "unasked", "core", "value", "answers", "errs"] as const;
export type Class = (typeof CLASSES)[number];
export type Answers = { plan: Answer; core: Answer; opa?: Answer };

/** The class of three answers; without OPA an error of the core where the plan has an answer is `unasked`. */
export function classOf({ plan, core, opa }: Answers): Class {
  if (!same(plan, core)) {
    if (!opa) return "error" in core && core.error === "GRID_EVALUATION" && "text" in plan ? "unasked" : "plan";
    if (!agrees(plan, opa)) return "plan";
    return "error" in core && "text" in plan ? "unasked" : "core";
  }
  if (!opa || agrees(plan, opa)) return "equal";
  if ("text" in plan) return "text" in opa ? "value" : "answers";
  // What the input or the limits forbid is none of the evaluation.
  return plan.error === "GRID_INPUT" || plan.error === "GRID_LIMIT" ? "equal" : "errs";
}

function agrees(own: Answer, opa: Answer): boolean {
  if ("text" in own) return "text" in opa && canonical(own.text) === opa.text;
  return "error" in opa;
}

/** What stands in a report for an answer. */
export function shown(answer: Answer | undefined): string {
  if (!answer) return "not asked";
  const text = "text" in answer ? answer.text : `${answer.error}: ${answer.message.split("\n").at(-1)}`;
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
