// Many policies and inputs through plan, core and OPA.
import type { Pool } from "undici";
import { type Answers, type Class, CLASSES, classOf } from "./compare.ts";
import { ask, type Answer, type Grid, load, type Pair, same } from "./grid.ts";
import { ask as askOpa, askAll, put, startWith } from "./opa.ts";
import { type Case, makeCase, type Policy } from "./policies.ts";
import { type Example, shrink, type Shows } from "./shrink.ts";

/** Policies that a server of OPA has at once. */
const BATCH = 500;
/** Differences of one cause that are shrunk. */
const SHRUNK = 2;
/** Most examples that are tried to shrink a difference of plan and core, and one of grid and OPA. */
const TRIES = { own: 2000, opa: 250 };

export type Difference = Example & { class: Class; rule: string; cause: string; answers: Answers };
export type Report = {
  policies: number;
  /** Policies that grid refused, and clauses that OPA refused, by cause. */
  gridRefused: Map<string, number>;
  opaRefused: Map<string, number>;
  rules: number;
  planned: number;
  evaluations: number;
  /** Evaluations of rules that have a plan. */
  ofPlans: number;
  counts: Record<Class, number>;
  /** How many of each class and cause there were, with shrunk ones for examples. */
  causes: Map<string, { count: number; examples: Difference[] }>;
};

export type Job = {
  grid: Grid;
  opa?: string;
  seed: number;
  policies: number;
  inputs: number;
  signal: AbortSignal;
  progress: (text: string) => void;
};

/** Compares as many policies as the job says; their seeds follow each other. */
export async function compareMany(job: Job): Promise<Report> {
  const report: Report = {
    policies: 0,
    gridRefused: new Map(),
    opaRefused: new Map(),
    rules: 0,
    planned: 0,
    evaluations: 0,
    ofPlans: 0,
    counts: Object.fromEntries(CLASSES.map((name) => [name, 0])) as Record<Class, number>,
    causes: new Map(),
  };
  const lab = job.opa === undefined ? undefined : await startWith(job.opa, [], job.signal);
  try {
    for (let done = 0; done < job.policies; done += BATCH) {
      const count = Math.min(BATCH, job.policies - done);
      const cases = Array.from({ length: count }, (_, index) =>
        makeCase(job.seed + done + index, `t${job.seed + done + index}`, job.inputs),
      );
      await compareBatch(job, cases, lab?.server.pool, report);
      job.progress(`${done + count} policies, ${report.evaluations} evaluations, ${report.counts.plan} where plan and core differ`);
    }
  } finally {
    await lab?.end();
  }
  return report;
}

async function compareBatch(job: Job, cases: Case[], lab: Pool | undefined, report: Report): Promise<void> {
  const inputs = new Map(cases.map((one) => [one.policy.name, one.inputs]));
  const opa =
    job.opa === undefined
      ? undefined
      : await startWith(
          job.opa,
          cases.map(({ policy }) => policy),
          job.signal,
        );
  try {
    for (const [cause, count] of opa?.refused ?? []) add(report.opaRefused, cause, count);
    for (const policy of opa?.policies ?? cases.map((one) => one.policy)) {
      const clauses = countClauses(policy);
      const pair = loadWhat(job.grid, policy, report);
      if (!pair) continue;
      // OPA is asked of what grid has.
      const changed = countClauses(policy) < clauses;
      report.policies += 1;
      const rules = rulesOf(policy);
      report.rules += rules.length;
      const planned = new Set(rules.filter((rule) => pair.plan.evaluationPath(pathOf(policy, rule)).path === "plan"));
      report.planned += planned.size;
      for (const input of inputs.get(policy.name) ?? []) {
        if (changed && lab && !(await put(lab, policy))) break;
        const answers = await (opa && askAll(changed && lab ? lab : opa.server.pool, policy.name, rules, input));
        for (const rule of rules) {
          const of = answersOf(pair, policy, rule, input, answers?.get(rule));
          report.evaluations += 1;
          if (planned.has(rule)) report.ofPlans += 1;
          const found = classOf(of);
          report.counts[found] += 1;
          if (found !== "equal") await keep(job, lab, report, { policy, input, rule, class: found, answers: of, cause: "" });
        }
      }
    }
  } finally {
    await opa?.end();
  }
}

function countClauses({ main, lib }: Policy): number {
  return main.clauses.length + lib.clauses.length;
}

/** Loads a policy, without the clauses that grid refuses. */
function loadWhat(grid: Grid, policy: Policy, report: Report): Pair | undefined {
  for (;;) {
    const loaded = load(grid, policy);
    if ("plan" in loaded) return loaded;
    add(report.gridRefused, causeOf(loaded.message), 1);
    const source = loaded.source && policy[loaded.source];
    const index = (loaded.row ?? 0) - 1 - (source?.header.length ?? 0);
    if (!source || index < 0 || index >= source.clauses.length) return undefined;
    source.clauses.splice(index, 1);
  }
}

function answersOf(pair: Pair, policy: Policy, rule: string, input: string | undefined, opa: Answer | undefined): Answers {
  const path = pathOf(policy, rule);
  return { plan: ask(pair.plan, path, input), core: ask(pair.core, path, input), ...(opa ? { opa } : {}) };
}

async function keep(job: Job, lab: Pool | undefined, report: Report, difference: Difference): Promise<void> {
  const cause = `${difference.class}: ${causeText(difference)}`;
  const known = report.causes.get(cause) ?? { count: 0, examples: [] };
  known.count += 1;
  report.causes.set(cause, known);
  // A large cause is not shrunk for ever: its examples may all be the same.
  if (known.examples.length >= SHRUNK || known.count > 2 * SHRUNK) return;
  const small = await shrink(
    difference,
    shows(job.grid, lab, difference),
    difference.class === "plan" || difference.class === "core" ? TRIES.own : TRIES.opa,
  );
  const loaded = load(job.grid, small.policy);
  const opa =
    lab && (await put(lab, small.policy)) ? await askOpa(lab, `${small.policy.name}/main/${difference.rule}`, small.input) : undefined;
  if (!("plan" in loaded)) return;
  const text = (policy: Policy) => JSON.stringify([policy.main.clauses, policy.lib.clauses]);
  if (known.examples.some((other) => text(other.policy) === text(small.policy))) return;
  known.examples.push({ ...difference, ...small, cause, answers: answersOf(loaded, small.policy, difference.rule, small.input, opa) });
}

/** Whether an example shows a difference of the same class and cause. */
function shows(grid: Grid, lab: Pool | undefined, difference: Difference): Shows {
  return async ({ policy, input }) => {
    const pair = load(grid, policy);
    if (!("plan" in pair)) return false;
    const own = answersOf(pair, policy, difference.rule, input, undefined);
    const differs = !same(own.plan, own.core);
    if (differs !== !same(difference.answers.plan, difference.answers.core)) return false;
    if (!lab) return classOf(own) === difference.class;
    if (!(await put(lab, policy))) return false;
    const answers = { ...own, opa: await askOpa(lab, `${policy.name}/main/${difference.rule}`, input) };
    return classOf(answers) === difference.class && causeText({ ...difference, answers }) === causeText(difference);
  };
}

/** What differences of one class have in common. */
function causeText({ class: found, answers: { plan, core, opa } }: Difference): string {
  const says = (answer: Answer | undefined) => (!answer ? "" : "text" in answer ? "a value" : causeOf(answer.message));
  if (found === "plan") return `${says(plan)} / ${says(core)}`;
  if (found === "unasked" || found === "core") return says(core);
  if (found === "answers") return opa && "error" in opa ? opa.error : "";
  if (found === "errs") return says(plan);
  const kinds = [plan, opa].map((answer) => (answer && "text" in answer && answer.text === "undefined" ? "undefined" : "a value"));
  return kinds.join(" / ");
}

function causeOf(message: string): string {
  const line = message.split("\n").at(-1) ?? "";
  return line.replaceAll(/`[^`]*`|"[^"]*"|\bt?\d+\b[\w./]*|\b[rln]\d+\b/g, "…").slice(0, 100);
}

function pathOf(policy: Policy, rule: string): string {
  return `data.${policy.name}.main.${rule}`;
}

/** The rules of the asked package that are no functions. */
function rulesOf({ main }: Policy): string[] {
  const names = main.clauses.flatMap((clause) => {
    const [, name, open] = /^(?:default )?(r\d+)(\()?/.exec(clause) ?? [];
    return name && !open ? [name] : [];
  });
  return [...new Set(names)];
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
