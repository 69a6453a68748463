// The answers of a query, in the forms of `opa eval`.
import { print } from "../shared.ts";
import type { ExplainEvent } from "./grid.ts";
import { goCompactJson, goJson } from "./json.ts";
import { printError } from "./watch.ts";

export const evalFormats = ["json", "pretty", "values", "bindings", "raw", "text", "discard"] as const;

/** Answers: `results` is the JSON text of a list, which keeps digits and the order of members. */
export type Answers = {
  results: string;
  errors?: object[];
  text?: string;
  explanation?: ExplainEvent[];
  metrics?: object;
  coverage?: object;
};

type Result = { expressions: { value: unknown; text: string }[]; bindings?: Record<string, unknown> };

/** Prints answers; errors go to stderr except in JSON. */
export function writeAnswers(answers: Answers, format: (typeof evalFormats)[number]): void {
  if (format === "json") return print(goJson(document(answers, answers.results)));
  if (format === "discard") return print(goJson(document(answers, answers.results === "[]" ? "[]" : '"discarded"')));
  if (answers.errors !== undefined) return printError(answers.text ?? "error");
  const results = parse(answers.results);
  const lines =
    format === "pretty"
      ? [...(answers.explanation ?? []).map(describeEvent), pretty(results)]
      : format === "bindings"
        ? results.map(({ bindings = {} }) => goJson(stringify(bindings)))
        : format === "values"
          ? results.map(({ expressions }) => goJson(stringify(expressions.map(({ value }) => value))))
          : results.map(({ expressions }) => expressions.map(({ value }) => raw(value)).join(" "));
  for (const line of lines) print(line);
  for (const extra of [answers.metrics, answers.coverage]) if (extra !== undefined) print(goJson(JSON.stringify(extra)));
}

function describeEvent({ kind, file, line, text }: ExplainEvent): string {
  const what = kind === "note" ? `Note ${JSON.stringify(text)}` : `${kind === "exit" ? "Exit" : "Eval"} ${text}`;
  return `${`${file}:${line}`.padEnd(24)} ${what}`;
}

/** The document of `opa eval`; without answers it has no `result`. */
function document({ errors, explanation, metrics, coverage }: Answers, results: string): string {
  const parts = [
    ...(errors === undefined ? [] : [`"errors":${JSON.stringify(errors)}`]),
    ...(results === "[]" ? [] : [`"result":${results}`]),
    ...(metrics === undefined ? [] : [`"metrics":${JSON.stringify(metrics)}`]),
    ...(explanation === undefined ? [] : [`"explanation":${JSON.stringify(explanation)}`]),
    ...(coverage === undefined ? [] : [`"coverage":${JSON.stringify(coverage)}`]),
  ];
  return `{${parts.join(",")}}`;
}

/** A number of an answer: its digits in the text. */
class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Objects become lists of pairs, so that members keep their order. */
function parse(text: string): Result[] {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "number" ? new Digits(context?.source ?? String(value)) : value,
  ) as Result[];
}

/** JSON of a parsed value, with sorted members as Go writes maps. */
function stringify(value: unknown): string {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${stringify(member)}`).join(",")}}`;
}

/** Strings without quotes, other values as compact JSON. */
function raw(value: unknown): string {
  return typeof value === "string" ? value : goCompactJson(stringify(value));
}

/** The value of a single answer, else a table of variables and expressions. */
function pretty(results: Result[]): string {
  const [first] = results;
  if (first === undefined) return "undefined";
  const { expressions, bindings = {} } = first;
  const isSimple = expressions.length === 1 || expressions.every(({ value }) => typeof value === "boolean");
  if (results.length === 1 && Object.keys(bindings).length === 0 && isSimple) return goJson(stringify(expressions[0]?.value));
  const names = Object.keys(bindings).toSorted();
  // An expression that is true in every answer says nothing.
  const shown = expressions.flatMap(({ text }, index) =>
    results.every((result) => typeof result.expressions[index]?.value === "boolean") ? [] : [{ text, index }],
  );
  const header = [...names, ...shown.map(({ text }) => text)];
  const rows = results.map(({ expressions: values, bindings: variables = {} }) => [
    ...names.map((name) => goCompactJson(stringify(variables[name]))),
    ...shown.map(({ index }) => goCompactJson(stringify(values[index]?.value))),
  ]);
  return table(header, rows);
}

/** A table with lines, its header centred. */
function table(header: string[], rows: string[][]): string {
  const width = (text: string) => [...text].length;
  const widths = header.map((name, column) => Math.max(width(name), ...rows.map((row) => width(row[column] ?? ""))));
  const rule = (left: string, middle: string, right: string) => left + widths.map((size) => "─".repeat(size + 2)).join(middle) + right;
  const centre = (text: string, size: number) => {
    const before = Math.floor((size - width(text)) / 2);
    return " ".repeat(before) + text + " ".repeat(size - width(text) - before);
  };
  const line = (cells: string[], place: (text: string, size: number) => string) =>
    `│ ${cells.map((cell, column) => place(cell, widths[column] ?? 0)).join(" │ ")} │`;
  const left = (text: string, size: number) => text + " ".repeat(size - width(text));
  const body = rows.map((row) => line(row, left));
  return [rule("┌", "┬", "┐"), line(header, centre), rule("├", "┼", "┤"), ...body, rule("└", "┴", "┘")].join("\n");
}
