import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import type { Context } from "../../../scripts/stages/context.ts";
import { type Policy, handwrittenFaults } from "../check-errors/faults.ts";
import type { GridSays } from "../check-errors/judge.ts";
import { soundSources } from "../check-errors/sound.ts";
import { findSource } from "../corpus/checkout.ts";
import type { GridQuestions, GridAnswers } from "../differential/child.ts";
import { formatReport } from "../differential/page.ts";
import { compareMany, failuresIn } from "../differential/run.ts";
import { failuresIn as failuresInSources, fuzzSources } from "../differential/sources.ts";
import { formatSourceReport } from "../differential/sources-page.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { gridUrl } from "../opa/grid.ts";
import { type Oracle, startOracle } from "../opa/oracle.ts";
import { startWorkers } from "../opa/workers.ts";
import { Random } from "../lib/random.ts";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

type Options = {
  seed: number;
  evaluations: number;
  policies: number;
  inputs: number;
  sources: number;
  source?: string;
  jobs: number;
  grid?: string;
};

const CHILD = new URL("../differential/child.ts", import.meta.url);
const SOURCES_CHILD = new URL("../check-errors/child.ts", import.meta.url);
/** Sources to mutate. */
const SEEDS = 2000;
const SILENCE_MS = 120_000;

/** `boardkit dev differential`: @boardkit/grid and OPA on generated policies. */
export function addDifferential(program: Command, edge: Edge): void {
  program
    .command("differential")
    .description("compare @boardkit/grid and OPA on generated policies, and fail if an answer differs")
    .option("--seed <n>", "seed of the first policy; each policy has the next seed", parseCount(0, 2 ** 31), 1)
    .option("--evaluations <n>", "answers to compare", parseCount(0, 1e9), 100_000)
    .option("--policies <n>", "most policies", parseCount(1, 1e9), 1e9)
    .option("--inputs <n>", "inputs per policy", parseCount(1, 1000), 10)
    .option("--sources <n>", "mutated sources whose acceptance is compared", parseCount(0, 1e9), 100_000)
    .option("--source <folder>", "repositories to mutate, as for `boardkit dev corpus`; the default is the modules of OPA's own cases")
    .option("--jobs <n>", "processes of Grid side by side", parseCount(1, 64), 2)
    .option("--grid <file>", "the entry of another build of @boardkit/grid")
    .action(async (options: Options) => {
      const context = createContext({}, edge);
      const found = await findOracle(context);
      if ("missing" in found) return context.reporter.skipped("compare", "generated policies", found.missing);
      const oracle = startOracle(found.program, context.signal);
      try {
        const failures = options.evaluations > 0 ? await compareAnswers(options, oracle, context) : 0;
        const differing = options.sources > 0 ? await compareSources(options, oracle, edge, context) : 0;
        failOn(failures, differing);
      } finally {
        await oracle.end();
      }
    });
}

/** Generated policies: the number of answers that differ. */
async function compareAnswers(options: Options, oracle: Oracle, { signal, reporter }: Context): Promise<number> {
  const workers = { size: options.jobs, silenceMs: SILENCE_MS, args: [gridUrl(options.grid)], signal };
  const grid = startWorkers<GridQuestions, GridAnswers>(CHILD, workers);
  try {
    const report = await compareMany({ lab: { grid, oracle }, ...options, signal, progress: (text) => reporter.note(text) });
    print(formatReport(report));
    if (report.policies === 0) throw new BoardkitError("no policy was compared", { code: "NOTHING_COMPARED" });
    return failuresIn(report);
  } finally {
    await grid.end();
  }
}

/** Mutated sources: the number of those that only one of both accepts. */
async function compareSources(options: Options, oracle: Oracle, edge: Edge, { cache, signal, reporter }: Context): Promise<number> {
  const workers = { size: options.jobs, silenceMs: SILENCE_MS, args: [gridUrl(options.grid)], signal };
  const grid = startWorkers<Policy, GridSays | { unsupported: string }>(SOURCES_CHILD, workers);
  try {
    const place = findSource(options.source, edge.env);
    const source = "source" in place ? place.source : undefined;
    const random = new Random(options.seed);
    const { sound, from } = await soundSources(SEEDS, { source, cache, env: edge.env, oracle, random, signal });
    const byHand = handwrittenFaults().map(({ name, version, sources: [first] }) => ({ name, version, text: first?.text ?? "" }));
    reporter.note(`${sound.length} sources to mutate, from ${from}, and ${byHand.length} handwritten ones`);
    const seeds = [...sound, ...byHand];
    const report = await fuzzSources({
      oracle,
      grid,
      seeds,
      count: options.sources,
      seed: options.seed,
      signal,
      progress: (text) => reporter.note(text),
    });
    print(`\n${formatSourceReport(report)}`);
    return failuresInSources(report);
  } finally {
    await grid.end();
  }
}

function failOn(failures: number, sources: number): void {
  if (failures + sources === 0) return;
  throw new BoardkitError(`${failures} answers or policies and ${sources} sources differ`, {
    code: "OPA_DIFFERS",
    fix: "the smallest examples are above; --seed <seed> --policies 1 runs one policy again",
  });
}
