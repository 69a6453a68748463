// Asks OPA and Grid: both answer, or name the clauses that they reject.
import { type Answer, answersOf } from "../opa/answers.ts";
import type { OpaError, Oracle } from "../opa/oracle.ts";
import type { Workers } from "../opa/workers.ts";
import type { GridQuestions, GridAnswers } from "./child.ts";
import { filesOf, type Policy } from "./policies.ts";
import { DATA } from "./vocabulary.ts";

export type Inputs = (string | undefined)[];
/** Answers by questions and inputs. */
type Answers = { grid: Answer[][]; opa: Answer[][] };
/** A load error: the text of its cause, and its clause. */
export type Rejection = { message: string; part?: "main" | "lib"; index?: number };
export type Outcome = Answers | { refused: Rejection[]; by: "grid" | "opa" } | { ended: string };

export type Lab = { grid: Workers<GridQuestions, GridAnswers>; oracle: Oracle };

/** Asks both. If OPA rejects the policy, Grid is not asked. */
export async function askBoth({ grid, oracle }: Lab, policy: Policy, questions: string[], inputs: Inputs): Promise<Outcome> {
  const sources = filesOf(policy);
  const refused = await rejectedByOpa(oracle, policy);
  if (refused.length > 0) return { refused, by: "opa" };
  const own = await grid.ask({ sources, strictErrors: policy.strictErrors, questions, inputs });
  if ("ended" in own) return { ended: own.ended };
  if ("refused" in own.value) {
    const { code, message, file, row } = own.value.refused;
    return { refused: [{ message: `${code}: ${message}`, ...placeOf(policy, file, row) }], by: "grid" };
  }
  const opa = await askOpa(oracle, policy, questions, inputs);
  return opa ? { grid: own.value.grid, opa } : { ended: "the oracle gave no answers" };
}

async function rejectedByOpa(oracle: Oracle, policy: Policy): Promise<Rejection[]> {
  const { errors = [], error } = await oracle.ask<{ errors?: OpaError[] }>({ op: "check", sources: filesOf(policy), versions: ["v1"] });
  if (error !== undefined) return [{ message: error }];
  return errors.map(({ message, file, row }) => ({ message, ...placeOf(policy, file, row) }));
}

function placeOf(policy: Policy, file: string | undefined, row: number | undefined): Pick<Rejection, "part" | "index"> {
  const part = file?.split(".").at(-2);
  if (part !== "main" && part !== "lib") return {};
  return { part, index: (row ?? 0) - 1 - policy[part].header.length };
}

/** OPA gets the texts of the inputs unchanged: numbers keep their digits, and duplicate keys stay. */
async function askOpa(oracle: Oracle, policy: Policy, questions: string[], inputs: Inputs): Promise<Answer[][] | undefined> {
  const inputLists = `[${inputs.map((input) => (input === undefined ? "[]" : `[${input.replaceAll("\n", " ")}]`)).join()}]`;
  const queries = questions.map((ref) => `{"ref":${JSON.stringify(ref)},"inputs":${inputLists}}`);
  const request = JSON.stringify({
    op: "eval",
    id: policy.name,
    sources: filesOf(policy),
    versions: ["v1"],
    data: DATA,
    strictErrors: policy.strictErrors,
    timeoutMs: 5000,
  });
  return answersOf(await oracle.askText(`${request.slice(0, -1)},"queries":[${queries.join()}]}`));
}

/** The policy without the rejected clauses; undefined if there are none. */
export function withoutRejected(policy: Policy, rejected: Rejection[]): Policy | undefined {
  const without = (part: "main" | "lib") => {
    const bad = new Set(rejected.filter((one) => one.part === part).map(({ index }) => index));
    return { ...policy[part], clauses: policy[part].clauses.filter((_, index) => !bad.has(index)) };
  };
  const left = { ...policy, main: without("main"), lib: without("lib") };
  const count = ({ main, lib }: Policy) => main.clauses.length + lib.clauses.length;
  return count(left) < count(policy) ? left : undefined;
}
