// Compares Grid and OPA on many policies and inputs.
import { type Answer, verdictOf } from "../opa/answers.ts";
import { type Class, CLASSES, causeOf, fails, kindOf } from "./compare.ts";
import { askBoth, type Outcome, type Inputs, type Lab, type Rejection, withoutRejected } from "./peers.ts";
import { makeCase, type Policy, questionsOf } from "./policies.ts";
import { type Example, shrink, type Shows } from "./shrink.ts";

/** A policy with rejected clauses after this many rounds is left out. */
const ROUNDS = 14;
/** The most differences per cause that are shrunk. */
const SHRUNK = 1;
const TRIES = 600;
const AT_ONCE = 4;

export type Difference = Example & { class: Class; question: string; cause: string; grid: string | Answer; opa?: Answer };
export type Report = {
  policies: number;
  evaluations: number;
  /** Clauses that OPA rejected, by cause: the generator writes invalid Rego too. */
  opaRefused: Map<string, number>;
  counts: Record<Class, number>;
  /** The differences by cause, with shrunk examples. */
  causes: Map<string, { class: Class; count: number; fails: boolean; examples: Difference[] }>;
};

export type Job = {
  lab: Lab;
  seed: number;
  /** The run ends after this many compared answers. */
  evaluations: number;
  /** Most policies. */
  policies: number;
  inputs: number;
  signal: AbortSignal;
  progress: (text: string) => void;
};

/** Compares policies with consecutive seeds. */
export async function compareMany(job: Job): Promise<Report> {
  const counts = Object.fromEntries(CLASSES.map((name) => [name, 0])) as Record<Class, number>;
  const report: Report = { policies: 0, evaluations: 0, opaRefused: new Map(), counts, causes: new Map() };
  let next = 0;
  let reported = 0;
  const turn = async () => {
    while (next < job.policies && report.evaluations < job.evaluations) {
      const seed = job.seed + next;
      next += 1;
      job.signal.throwIfAborted();
      const { policy, inputs } = makeCase(seed, `t${seed}`, job.inputs);
      await comparePolicy(job, policy, inputs, report);
      if (report.evaluations - reported < 10_000) continue;
      reported = report.evaluations;
      job.progress(`${report.policies} policies, ${report.evaluations} evaluations, ${failuresIn(report)} failures`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
  return report;
}

/** The number of differences that are failures. */
export function failuresIn({ causes }: Report): number {
  return [...causes.values()].reduce((sum, one) => sum + (one.fails ? one.count : 0), 0);
}

async function comparePolicy(job: Job, policy: Policy, inputs: Inputs, report: Report): Promise<void> {
  const loaded = await answersTo(job, policy, inputs, report);
  if (!loaded) return;
  report.policies += 1;
  for (const [at, question] of loaded.questions.entries())
    for (const [index, input] of inputs.entries()) {
      const [grid, opa] = [loaded.answers.grid[at]?.[index], loaded.answers.opa[at]?.[index]];
      if (!grid || !opa || ("error" in opa && opa.error === "oracle")) continue;
      report.evaluations += 1;
      const found = verdictOf(grid, opa);
      report.counts[found] += 1;
      if (found === "same") continue;
      await addDifference(job, report, {
        policy: loaded.policy,
        input,
        class: found,
        question,
        cause: causeOf(found, grid, opa, policy.strictErrors),
        grid,
        opa,
      });
    }
}

type Loaded = { policy: Policy; questions: string[]; answers: Extract<Outcome, { grid: Answer[][] }> };

/** The answers to a policy without its rejected clauses. A clause that only Grid rejects is a difference. */
async function answersTo(job: Job, complete: Policy, inputs: Inputs, report: Report): Promise<Loaded | undefined> {
  let policy = complete;
  for (let round = 0; round < ROUNDS; round += 1) {
    const questions = questionsOf(policy);
    const outcome = await askBoth(job.lab, policy, questions, inputs);
    if ("grid" in outcome) return { policy, questions, answers: outcome };
    if ("ended" in outcome) {
      report.counts.ended += 1;
      await addDifference(job, report, {
        policy,
        input: inputs[0],
        class: "ended",
        question: questions[0] ?? "",
        cause: `ended: ${kindOf(outcome.ended)}`,
        grid: outcome.ended,
      });
      return undefined;
    }
    const { refused, by } = outcome;
    if (by === "opa") for (const { message } of refused) add(report.opaRefused, kindOf(message));
    else {
      report.counts.refused += 1;
      const cause = rejectionCause(refused[0]);
      await addDifference(job, report, {
        policy,
        input: undefined,
        class: "refused",
        question: "",
        cause,
        grid: refused[0]?.message ?? "",
      });
    }
    const left = withoutRejected(policy, refused);
    if (!left) return undefined;
    policy = left;
  }
  return undefined;
}

function rejectionCause(rejection: Rejection | undefined): string {
  const message = rejection?.message.replace(/^(\w+: )(?:\S+\.rego\S* )?/, "$1") ?? "";
  return `refused: ${kindOf(message)}`;
}

async function addDifference(job: Job, report: Report, difference: Difference): Promise<void> {
  const { cause, class: found } = difference;
  const known = report.causes.get(cause) ?? {
    class: found,
    count: 0,
    fails: fails(found, cause),
    examples: [],
  };
  known.count += 1;
  report.causes.set(cause, known);
  if (known.examples.length >= SHRUNK) return;
  // Stored before shrinking, so that no second example of this cause is shrunk at the same time.
  const place = known.examples.push(difference) - 1;
  known.examples[place] = await shrunk(job.lab, difference);
}

async function shrunk(lab: Lab, difference: Difference): Promise<Difference> {
  let last: Pick<Difference, "grid" | "opa"> = difference;
  const shows: Shows = async ({ policy, input }) => {
    const outcome = await askBoth(lab, policy, [difference.question].filter(Boolean), [input]);
    const answers = sameDifference(outcome, difference);
    if (answers) last = answers;
    return answers !== undefined;
  };
  const example = await shrink(difference, shows, difference.class === "ended" ? 0 : TRIES);
  return { ...difference, ...example, ...last };
}

/** Both answers if they differ with the same class and cause, else undefined. */
function sameDifference(outcome: Outcome, { class: found, cause, policy }: Difference): Pick<Difference, "grid" | "opa"> | undefined {
  if ("refused" in outcome) {
    const shows = found === "refused" && outcome.by === "grid" && rejectionCause(outcome.refused[0]) === cause;
    return shows ? { grid: outcome.refused[0]?.message ?? "" } : undefined;
  }
  if (!("grid" in outcome)) return undefined;
  const [grid, opa] = [outcome.grid[0]?.[0], outcome.opa[0]?.[0]];
  if (!grid || !opa) return undefined;
  return verdictOf(grid, opa) === found && causeOf(found, grid, opa, policy.strictErrors) === cause ? { grid, opa } : undefined;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
