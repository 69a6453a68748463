// Answers of OPA and Grid in a common form, and their comparison.
import { canonical, parseExact, rounded, unordered, textOf } from "./canonical.ts";
import { type GridError, opaCodeOf, plainMessage } from "./grid.ts";

/** A JSON text or `undefined`; or an error by OPA's code. `own` is Grid's code of an error of Grid. */
export type Answer = { text: string } | { error: string; message: string; own?: string };

type OracleAnswer = { undefined?: true; value?: unknown; errors?: { code?: string; message: string }[]; error?: string };

/** OPA's answers from a line of the oracle, by query and input; undefined if the oracle failed. */
export function answersOf(line: string): Answer[][] | undefined {
  const { answers } = parseExact(line) as { answers?: OracleAnswer[][] };
  return answers?.map((list) => list.map(answerOf));
}

function answerOf({ undefined: isUndefined, value, errors, error }: OracleAnswer): Answer {
  if (isUndefined) return { text: "undefined" };
  const [first] = errors ?? [];
  if (first) return { error: first.code ?? "no code", message: first.message };
  if (error !== undefined) return { error: "oracle", message: error };
  return { text: textOf(value) };
}

/** Grid's answer from the result or the error of a call. */
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
 * Grid's answer compared with OPA's. `digits`: equal up to digits beyond the precision of a double; `order`: the items of an array, which
 * may be a set, have another order; `value`: another value; `errors`: an error, and OPA has an answer; `answers`: an answer, and OPA has an
 * error; `code`: another error; `limit`: stopped by a limit of Grid.
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

/** The text of an answer in a report. */
export function describeAnswer(answer: Answer | undefined): string {
  if (!answer) return "no answer";
  const text = "text" in answer ? answer.text : `${answer.own ? `${answer.own} ` : ""}${answer.error}: ${answer.message.split("\n")[0]}`;
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
