// A child process that evaluates policies with @boardkit/grid.
import { type Answer, gridAnswer } from "../opa/answers.ts";
import type { Grid, GridError } from "../opa/grid.ts";
import { answerParent, collectGarbage } from "../opa/workers.ts";
import type { Source } from "../opa/oracle.ts";
import { DATA } from "./vocabulary.ts";

export type GridQuestions = {
  sources: Source[];
  strictErrors: boolean;
  questions: string[];
  inputs: (string | undefined)[];
};
/** Answers by questions and inputs, or why the policy does not load. */
export type GridAnswers = { grid: Answer[][] } | { refused: { code: string; message: string; file?: string; row?: number } };

const [url = ""] = process.argv.slice(2);
const { Engine } = (await import(url)) as Grid;
const LIMITS = { maxNesting: 32, maxEvaluationMs: 5000 };
let policies = 0;

answerParent<GridQuestions, GridAnswers>(async ({ sources, strictErrors, questions, inputs }) => {
  policies += 1;
  if (policies % 20 === 0) await collectGarbage();
  try {
    const engine = new Engine({ ...LIMITS, strictBuiltinErrors: strictErrors });
    engine.loadPolicies(Object.fromEntries(sources.map(({ name, text }) => [name, text])));
    engine.setData(DATA);
    return { grid: questions.map((question) => inputs.map((input) => gridAnswer(() => engine.evaluateJson(question, input)))) };
  } catch (error) {
    const { code = "no code", message, file, line } = error as GridError;
    return { refused: { code, message, ...(file !== undefined && { file }), ...(line !== undefined && { row: line }) } };
  }
});
