// `boardkit rego bench`: how long a query takes.
import type { Command } from "commander";
import { Option } from "commander";
import type { Edge } from "../command.ts";
import { folderOf, parseCount, print } from "../shared.ts";
import { describeFaults } from "./faults.ts";
import { addInputOptions, type InputOptions, readInput, settingsOf } from "./eval.ts";
import { loadGrid } from "./grid.ts";
import { loadEngine, PolicyErrors, withFaults } from "./load.ts";
import { formatOption, versionOf } from "./options.ts";
import { goDuration } from "./test-report.ts";
import { printError } from "./watch.ts";

type Options = InputOptions & { format: "pretty" | "json"; seconds: number; count: number; fail: boolean };
/** Times of one evaluation, in nanoseconds. */
type Times = { evaluations: number; mean: number; min: number; median: number; p90: number; p99: number; max: number };

/** Evaluations before the measured ones: the first are slower. */
const WARM_UP = 100;

export function addBench(parent: Command, edge: Edge): void {
  addInputOptions(parent.command("bench"))
    .description("measure the evaluation of a query on this machine, from JSON text to JSON text")
    .argument("<query>", "a query with one expression, such as data.authz.allow")
    .addOption(formatOption(["pretty", "json"], "pretty"))
    .addOption(new Option("--seconds <n>", "how long to measure").argParser(parseCount(1, 3600)).default(1))
    .addOption(new Option("--count <n>", "how many measurements").argParser(parseCount(1, 100)).default(1))
    .option("--no-fail", "also measure a query whose answer is undefined")
    .action(async (query: string, options: Options, command: Command) => {
      const cwd = folderOf(command);
      const grid = await loadGrid(cwd);
      const sources = { paths: options.data, bundles: options.bundle, ignore: options.ignore, version: versionOf(options) };
      try {
        const { engine } = await loadEngine(grid, sources, cwd, settingsOf(options));
        const input = await readInput(options.input, cwd);
        const prepared = withFaults(() => engine.prepare(query));
        const ask = () => prepared.evaluateJson(input);
        if (ask() === undefined && options.fail) {
          printError(`${query} is undefined; --no-fail measures it anyway`);
          process.exitCode = 1;
          return;
        }
        for (let number = 0; number < options.count && !edge.signal.aborted; number += 1) {
          const times = measure(ask, options.seconds, edge.signal);
          print(options.format === "json" ? JSON.stringify(times, null, 2) : describe(times));
        }
      } catch (error) {
        if (!(error instanceof PolicyErrors)) throw error;
        printError(describeFaults(error, 10));
        process.exitCode = 1;
      }
    });
}

/** Calls a function for a time, and measures each call. */
function measure(call: () => unknown, seconds: number, signal: AbortSignal): Times {
  for (let number = 0; number < WARM_UP; number += 1) call();
  const times: number[] = [];
  const end = process.hrtime.bigint() + BigInt(seconds) * 1_000_000_000n;
  let begun = process.hrtime.bigint();
  do {
    call();
    const ended = process.hrtime.bigint();
    times.push(Number(ended - begun));
    begun = process.hrtime.bigint();
  } while (begun < end && !signal.aborted);
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const mean = Math.round(times.reduce((sum, time) => sum + time, 0) / times.length);
  return { evaluations: times.length, mean, min: at(0), median: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

function describe({ evaluations, ...times }: Times): string {
  const rows = Object.entries(times).map(([name, time]) => `${name.padEnd(11)} ${goDuration(time)}`);
  return [`evaluations ${evaluations}`, ...rows].join("\n");
}
