// Compares OPA's check and Grid's validate on faulty policies.
import { Random } from "../lib/random.ts";
import { builtinsOf, type OpaError, type Oracle } from "../opa/oracle.ts";
import { startWorkers, type Workers } from "../opa/workers.ts";
import { mutants, type Policy, type Sound, handwrittenFaults } from "./faults.ts";
import { type GridSays, judge, type Judged } from "./judge.ts";

const CHILD = new URL("child.ts", import.meta.url);
const SILENCE_MS = 60_000;
/** The largest share of parse errors among faulty mutants: most random changes are parse errors. */
const PARSE_SHARE = 0.4;
const BATCH = 100;

export type Compared = Judged & { policy: Policy; opa: OpaError[]; grid: GridSays };
export type Job = {
  grid: string;
  oracle: Oracle;
  sound: Sound[];
  /** The number of faulty mutants. */
  count: number;
  seed: number;
  jobs: number;
  signal: AbortSignal;
  progress: (text: string) => void;
};

type Answer = GridSays | { unsupported: string };
export type Report = { compared: Compared[]; /** Policies that Grid has no option for. */ unsupported: string[] };

/** Compares all handwritten policies, and mutants until enough of them are faulty. */
export async function checkErrors(job: Job): Promise<Report> {
  const workers = startWorkers<Policy, Answer>(CHILD, { size: job.jobs, silenceMs: SILENCE_MS, args: [job.grid], signal: job.signal });
  const builtins = await builtinsOf(job.oracle);
  const report: Report = { compared: [], unsupported: [] };
  try {
    await compare(handwrittenFaults(), { ...job, builtins }, workers, report, () => true);
    job.progress(`${report.compared.length} handwritten policies`);
    const random = new Random(job.seed);
    const counts = { faulty: 0, parse: 0 };
    // Mutants that OPA accepts are compared too; the number of rounds is bounded.
    for (let rounds = 0; counts.faulty < job.count && rounds < job.count; rounds += 1) {
      await compare(mutants(job.sound, BATCH, random), { ...job, builtins }, workers, report, (opa) => {
        if (opa.length === 0) return true;
        const isParse = opa[0]?.code === "rego_parse_error";
        if (counts.faulty >= job.count || (isParse && counts.parse >= job.count * PARSE_SHARE)) return false;
        counts.faulty += 1;
        if (isParse) counts.parse += 1;
        return true;
      });
      if (rounds % 10 === 9) job.progress(`${counts.faulty} faulty mutants`);
    }
  } finally {
    await workers.end();
  }
  return report;
}

async function compare(
  policies: Policy[],
  { oracle, builtins }: Job & { builtins: ReadonlySet<string> },
  workers: Workers<Policy, Answer>,
  report: Report,
  isChosen: (opa: OpaError[]) => boolean,
): Promise<void> {
  const answers = await Promise.all(policies.map((policy) => checked(oracle, policy)));
  const chosen = policies.flatMap((policy, index) => {
    const opa = answers[index];
    return opa && isChosen(opa) ? [{ policy, opa }] : [];
  });
  await Promise.all(
    chosen.map(async ({ policy, opa }) => {
      const answer = await workers.ask(policy);
      const grid: Answer = "ended" in answer ? answer : answer.value;
      if ("unsupported" in grid) report.unsupported.push(`${policy.name}: ${grid.unsupported}`);
      else report.compared.push({ policy, opa, grid, ...judge(opa, grid, builtins) });
    }),
  );
}

/** OPA's errors; undefined if they change from call to call (Go's map order) or if the policy ends the oracle. */
async function checked(oracle: Oracle, { sources, version, strict }: Policy): Promise<OpaError[] | undefined> {
  const request = { op: "check", sources, versions: [version], strict } as const;
  const [{ errors }, again] = await Promise.all([
    oracle.ask<{ errors?: OpaError[] }>(request),
    oracle.ask<{ errors?: OpaError[] }>(request),
  ]);
  return JSON.stringify(errors) === JSON.stringify(again.errors) ? errors : undefined;
}
