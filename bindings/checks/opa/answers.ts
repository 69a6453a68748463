// An answer to a question, of OPA or of Grid: what both can be compared by.
import { canonical, parseExact, rounded, unordered, written } from "./canonical.ts";
import { type GridError, opaCodeOf, plainMessage } from "./grid.ts";

/** A JSON text or `undefined`; or an error by OPA's code, and by Grid's own where it is Grid's. */
export type Answer = { text: string } | { error: string; message: string; own?: string };

type Told = { undefined?: true; value?: unknown; errors?: { code?: string; message: string }[]; error?: string };

/** OPA's answers, from the line of the oracle: by queries, and by their inputs. Undefined where the oracle itself failed. */
export function answersOf(line: string): Answer[][] | undefined {
  const { answers } = parseExact(line) as { answers?: Told[][] };
  return answers?.map((list) => list.map(answerOf));
}

function answerOf({ undefined: isUndefined, value, errors, error }: Told): Answer {
  if (isUndefined) return { text: "undefined" };
  const [first] = errors ?? [];
  if (first) return { error: first.code ?? "no code", message: first.message };
  if (error !== undefined) return { error: "oracle", message: error };
  return { text: written(value) };
}

/** Grid's answer to what a call gives or throws. */
export function gridAnswer(call: () => string | undefined): Answer {
  try {
    return { text: call() ?? "undefined" };
  } catch (error) {
    const thrown = error as GridError;
    return { error: opaCodeOf(thrown) ?? "no code", message: plainMessage(thrown), own: thrown.code ?? "no code" };
  }
}

export const VERDICTS = ["same", "digits", "order", "value", "errors", "answers", "code", "limit"] as const;
/**
 * What Grid's answer is beside OPA's. `digits`: the same but for digits of a number that a double does not hold; `order`: the items of an
 * array, which may be a set, in another order; `value`: another value; `errors`: an error where OPA has an answer; `answers`: an answer where
 * OPA has an error; `code`: another error; `limit`: what a limit of Grid forbids.
 */
export type Verdict = (typeof VERDICTS)[number];

/** Compares an answer of Grid with OPA's. */
export function verdictOf(grid: Answer, opa: Answer): Verdict {
  if ("error" in grid) {
    if (grid.own === "GRID_LIMIT" || grid.own === "GRID_INPUT") return "limit";
    if (!("error" in opa)) return "errors";
    return grid.error === opa.error ? "same" : "code";
  }
  if ("error" in opa) return "answers";
  const text = canonical(grid.text);
  if (text === opa.text) return "same";
  if (rounded(text) === rounded(opa.text)) return "digits";
  if (text !== "undefined" && opa.text !== "undefined" && unordered(text) === unordered(opa.text)) return "order";
  return "value";
}

/** What stands in a report for an answer. */
export function shown(answer: Answer | undefined): string {
  if (!answer) return "not asked";
  const text = "text" in answer ? answer.text : `${answer.own ? `${answer.own} ` : ""}${answer.error}: ${answer.message.split("\n")[0]}`;
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
