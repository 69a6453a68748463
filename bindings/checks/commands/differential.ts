import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import type { Context } from "../../../scripts/stages/context.ts";
import { type Policy, writtenFaults } from "../check-errors/faults.ts";
import type { GridSays } from "../check-errors/judge.ts";
import { soundSources } from "../check-errors/sound.ts";
import { findSource } from "../corpus/checkout.ts";
import type { Asking, Told } from "../differential/child.ts";
import { written } from "../differential/page.ts";
import { compareMany, failuresIn } from "../differential/run.ts";
import { failuresIn as failuresInSources, fuzzSources } from "../differential/sources.ts";
import { writtenSources } from "../differential/sources-page.ts";
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
/** Sources of others that are mutated. */
const SEEDS = 2000;
const SILENCE_MS = 120_000;

/** `boardkit dev differential`: policies that nobody wrote through @boardkit/grid and through OPA, a check of Boardkit's own repo. */
export function addDifferential(program: Command, edge: Edge): void {
  program
    .command("differential")
    .description("compare @boardkit/grid and OPA on generated policies, and fail on one answer that differs")
    .option("--seed <n>", "of the first policy; the others follow it", parseCount(0, 2 ** 31), 1)
    .option("--evaluations <n>", "answers to compare", parseCount(0, 1e9), 100_000)
    .option("--policies <n>", "at most", parseCount(1, 1e9), 1e9)
    .option("--inputs <n>", "for each policy", parseCount(1, 1000), 10)
    .option("--sources <n>", "mutated sources whose acceptance is compared", parseCount(0, 1e9), 100_000)
    .option("--source <folder>", "repositories whose policies are mutated, as corpus has them; without it, the modules of OPA's own cases")
    .option("--jobs <n>", "processes of Grid side by side", parseCount(1, 64), 2)
    .option("--grid <file>", "the entry of another build of @boardkit/grid than this checkout's")
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

/** Generated policies: how many answers differ. */
async function compareAnswers(options: Options, oracle: Oracle, { signal, reporter }: Context): Promise<number> {
  const workers = { size: options.jobs, silenceMs: SILENCE_MS, args: [gridUrl(options.grid)], signal };
  const grid = startWorkers<Asking, Told>(CHILD, workers);
  try {
    const report = await compareMany({ lab: { grid, oracle }, ...options, signal, progress: (text) => reporter.note(text) });
    print(written(report));
    if (report.policies === 0) throw new BoardkitError("nothing was compared", { code: "NOTHING_COMPARED" });
    return failuresIn(report);
  } finally {
    await grid.end();
  }
}

/** Mutated sources: how many one of both takes and the other does not. */
async function compareSources(options: Options, oracle: Oracle, edge: Edge, { cache, signal, reporter }: Context): Promise<number> {
  const workers = { size: options.jobs, silenceMs: SILENCE_MS, args: [gridUrl(options.grid)], signal };
  const grid = startWorkers<Policy, GridSays | { unsupported: string }>(SOURCES_CHILD, workers);
  try {
    const place = findSource(options.source, edge.env);
    const source = "source" in place ? place.source : undefined;
    const random = new Random(options.seed);
    const { sound, from } = await soundSources(SEEDS, { source, cache, env: edge.env, oracle, random, signal });
    const byHand = writtenFaults().map(({ name, version, sources: [first] }) => ({ name, version, text: first?.text ?? "" }));
    reporter.note(`${sound.length} sources to mutate, of ${from}, and ${byHand.length} written by hand`);
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
    print(`\n${writtenSources(report)}`);
    return failuresInSources(report);
  } finally {
    await grid.end();
  }
}

function failOn(failures: number, sources: number): void {
  if (failures + sources === 0) return;
  throw new BoardkitError(`${failures} answers or policies and ${sources} sources differ`, {
    code: "OPA_DIFFERS",
    fix: "the smallest examples stand above; --seed and --policies 1 show one policy again",
  });
}
