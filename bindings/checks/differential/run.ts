// Many policies and inputs through Grid and OPA.
import { type Answer, verdictOf } from "../opa/answers.ts";
import { type Class, CLASSES, causeOf, fails, kindOf } from "./compare.ts";
import { askBoth, type Asked, type Inputs, type Lab, type Refusal, withoutRefused } from "./peers.ts";
import { makeCase, type Policy, questionsOf } from "./policies.ts";
import { type Example, shrink, type Shows } from "./shrink.ts";

/** A policy of which clauses are still refused after so many rounds is left out. */
const ROUNDS = 14;
/** Differences of one cause that are shrunk. */
const SHRUNK = 1;
const TRIES = 600;
const AT_ONCE = 4;

export type Difference = Example & { class: Class; question: string; cause: string; grid: string | Answer; opa?: Answer };
export type Report = {
  policies: number;
  evaluations: number;
  /** Clauses that OPA refused, by cause: the generator makes what is no Rego too. */
  opaRefused: Map<string, number>;
  counts: Record<Class, number>;
  /** How many of each class and cause there were, with shrunk ones for examples. */
  causes: Map<string, { class: Class; count: number; fails: boolean; examples: Difference[] }>;
};

export type Job = {
  lab: Lab;
  seed: number;
  /** Goes on until so many answers were compared. */
  evaluations: number;
  /** Most policies. */
  policies: number;
  inputs: number;
  signal: AbortSignal;
  progress: (text: string) => void;
};

/** Compares policies whose seeds follow each other. */
export async function compareMany(job: Job): Promise<Report> {
  const counts = Object.fromEntries(CLASSES.map((name) => [name, 0])) as Record<Class, number>;
  const report: Report = { policies: 0, evaluations: 0, opaRefused: new Map(), counts, causes: new Map() };
  let next = 0;
  let told = 0;
  const turn = async () => {
    while (next < job.policies && report.evaluations < job.evaluations) {
      const seed = job.seed + next;
      next += 1;
      job.signal.throwIfAborted();
      const { policy, inputs } = makeCase(seed, `t${seed}`, job.inputs);
      await comparePolicy(job, policy, inputs, report);
      if (report.evaluations - told < 10_000) continue;
      told = report.evaluations;
      job.progress(`${report.policies} policies, ${report.evaluations} evaluations, ${failuresIn(report)} failures`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
  return report;
}

/** How many differences are failures. */
export function failuresIn({ causes }: Report): number {
  return [...causes.values()].reduce((sum, one) => sum + (one.fails ? one.count : 0), 0);
}

async function comparePolicy(job: Job, policy: Policy, inputs: Inputs, report: Report): Promise<void> {
  const loaded = await askedOf(job, policy, inputs, report);
  if (!loaded) return;
  report.policies += 1;
  for (const [at, question] of loaded.questions.entries())
    for (const [index, input] of inputs.entries()) {
      const [grid, opa] = [loaded.asked.grid[at]?.[index], loaded.asked.opa[at]?.[index]];
      if (!grid || !opa || ("error" in opa && opa.error === "oracle")) continue;
      report.evaluations += 1;
      const found = verdictOf(grid, opa);
      report.counts[found] += 1;
      if (found === "same") continue;
      await keep(job, report, {
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

type Loaded = { policy: Policy; questions: string[]; asked: Extract<Asked, { grid: Answer[][] }> };

/** The answers to a policy without the clauses that are refused; those that Grid alone refuses are differences. */
async function askedOf(job: Job, whole: Policy, inputs: Inputs, report: Report): Promise<Loaded | undefined> {
  let policy = whole;
  for (let round = 0; round < ROUNDS; round += 1) {
    const questions = questionsOf(policy);
    const asked = await askBoth(job.lab, policy, questions, inputs);
    if ("grid" in asked) return { policy, questions, asked };
    if ("ended" in asked) {
      report.counts.ended += 1;
      await keep(job, report, {
        policy,
        input: inputs[0],
        class: "ended",
        question: questions[0] ?? "",
        cause: `ended: ${kindOf(asked.ended)}`,
        grid: asked.ended,
      });
      return undefined;
    }
    const { refused, by } = asked;
    if (by === "opa") for (const { message } of refused) add(report.opaRefused, kindOf(message));
    else {
      report.counts.refused += 1;
      const cause = refusedCause(refused[0]);
      await keep(job, report, { policy, input: undefined, class: "refused", question: "", cause, grid: refused[0]?.message ?? "" });
    }
    const left = withoutRefused(policy, refused);
    if (!left) return undefined;
    policy = left;
  }
  return undefined;
}

function refusedCause(refusal: Refusal | undefined): string {
  const message = refusal?.message.replace(/^(\w+: )(?:\S+\.rego\S* )?/, "$1") ?? "";
  return `refused: ${kindOf(message)}`;
}

async function keep(job: Job, report: Report, difference: Difference): Promise<void> {
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
  // Held at once, so that a second one of this cause is not shrunk beside it.
  const place = known.examples.push(difference) - 1;
  known.examples[place] = await small(job.lab, difference);
}

async function small(lab: Lab, difference: Difference): Promise<Difference> {
  let last: Pick<Difference, "grid" | "opa"> = difference;
  const shows: Shows = async ({ policy, input }) => {
    const asked = await askBoth(lab, policy, [difference.question].filter(Boolean), [input]);
    const told = again(asked, difference);
    if (told) last = told;
    return told !== undefined;
  };
  const example = await shrink(difference, shows, difference.class === "ended" ? 0 : TRIES);
  return { ...difference, ...example, ...last };
}

/** Both answers where they show the difference again: one of the same class and cause. */
function again(asked: Asked, { class: found, cause, policy }: Difference): Pick<Difference, "grid" | "opa"> | undefined {
  if ("refused" in asked) {
    const shows = found === "refused" && asked.by === "grid" && refusedCause(asked.refused[0]) === cause;
    return shows ? { grid: asked.refused[0]?.message ?? "" } : undefined;
  }
  if (!("grid" in asked)) return undefined;
  const [grid, opa] = [asked.grid[0]?.[0], asked.opa[0]?.[0]];
  if (!grid || !opa) return undefined;
  return verdictOf(grid, opa) === found && causeOf(found, grid, opa, policy.strictErrors) === cause ? { grid, opa } : undefined;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
