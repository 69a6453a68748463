import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Command, InvalidArgumentError, Option } from "commander";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { BATCH } from "../bench-cache/keys.ts";
import { type Part, PARTS } from "../bench-cache/place.ts";
import { createContext, jsonOption, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

const CAPACITIES = [1_000, 10_000, 100_000, 1_000_000];

type Options = { only: Part[]; capacity: number[]; repeats: number; redis: boolean; json: boolean };

/** `boardkit dev bench-cache`: the cache of @boardkit/grid beside others; it fetches Redis. */
export function addBenchCache(program: Command, edge: Edge): void {
  program
    .command("bench-cache")
    .description(
      "time the cache of @boardkit/grid beside others: in the process, in other threads, in Redis and in Rust; print missed goals",
    )
    .addOption(new Option("--only <part...>", "parts to run").choices(PARTS).default([...PARTS], "all"))
    .addOption(
      new Option("--capacity <entries...>", "capacities of the timed caches")
        .argParser((value, before: number[]) => [...(before === CAPACITIES ? [] : before), wholeNumber(value, BATCH)])
        .default(CAPACITIES, CAPACITIES.join(" ")),
    )
    .option(
      "--repeats <n>",
      "rounds of each measurement; figures are medians; at most 5 rounds if each needs a new process",
      (value) => wholeNumber(value),
      25,
    )
    .option("--no-redis", "leave out Redis")
    .addOption(jsonOption())
    .action(async ({ only, capacity, repeats, redis, json }: Options) => {
      // Imported here, because its caches are devDependencies.
      const { benchCache, benchText } = await import("../bench-cache/run.ts");
      const grid = pathToFileURL(join(packageRoot, "bindings/node/lib/index.js")).href;
      const result = await benchCache({ grid, parts: only, capacities: capacity, repeats, redis }, createContext({}, edge));
      print(json ? JSON.stringify(result, null, 2) : benchText(result));
    });
}

function wholeNumber(value: string, step = 1): number {
  const number = Number(value);
  if (Number.isInteger(number / step) && number >= 1 && number <= 10_000_000) return number;
  throw new InvalidArgumentError(`it must be an integer from 1 to 10,000,000${step === 1 ? "" : `, a multiple of ${step}`}.`);
}
