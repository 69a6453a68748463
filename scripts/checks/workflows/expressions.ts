// GitHub's expressions, evaluated by GitHub's own library.
import { globSync } from "node:fs";
import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from "@actions/expressions";

/** Contexts by name: `github`, `inputs`, `needs`, and so on. */
export type Contexts = Record<string, unknown>;

const boolean = (value: boolean) => () => new data.BooleanData(value);

/** Functions that depend on the run: here every step before has succeeded. `hashFiles` is empty if no file matches, as on GitHub. */
function functionsOf(root: string) {
  const hashFiles = (...patterns: data.ExpressionData[]) => {
    const found = patterns.flatMap((pattern) => globSync(pattern.coerceString(), { cwd: root }));
    return new data.StringData(found.length > 0 ? `hash-of-${found.length}-files` : "");
  };
  const calls = { success: boolean(true), always: boolean(true), failure: boolean(false), cancelled: boolean(false), hashFiles };
  return new Map(Object.entries(calls).map(([name, call]) => [name.toLowerCase(), { name, minArgs: 0, maxArgs: 255, call }]));
}

/** The value of an expression; `root` is the folder of `hashFiles`. */
export function evaluate(expression: string, contexts: Contexts, root: string): unknown {
  const functions = functionsOf(root);
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), [...Object.values(wellKnownFunctions), ...functions.values()]).parse();
  const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return JSON.parse(JSON.stringify(new Evaluator(parsed, dictionary, functions).evaluate(), data.replacer)) as unknown;
}

const WHOLE = /^\$\{\{((?:(?!\}\})[^])*)\}\}$/;
const PART = /\$\{\{((?:(?!\}\})[^])*)\}\}/g;

/** A value of a workflow with its expressions replaced; a text that is one expression becomes its value. */
export function interpolate(value: unknown, contexts: Contexts, root: string): unknown {
  if (typeof value !== "string") return value;
  const whole = WHOLE.exec(value.trim());
  if (whole) return evaluate(whole[1] ?? "", contexts, root);
  return value.replaceAll(PART, (_all, expression: string) => {
    const part = evaluate(expression, contexts, root);
    // GitHub would write nothing: here it is a misspelt name.
    if (part === null) throw new Error(`${expression.trim()} has no value in ${value}`);
    return String(part);
  });
}

/** Whether a condition holds; without one, it does. */
export function holds(condition: unknown, contexts: Contexts, root: string): boolean {
  if (condition === undefined) return true;
  const text = String(condition).trim();
  return Boolean(evaluate(WHOLE.exec(text)?.[1] ?? text, contexts, root));
}
