import { join } from "node:path";
import type { Command } from "commander";
import { packageRoot } from "../lib/paths.ts";
import { formatTable } from "../lib/reporter.ts";
import { measure } from "../testing/bench-engine/measure.ts";
import { findOpa, startPeers, type Subject } from "../testing/bench-engine/peers.ts";
import { benchPolicies, type BenchPolicy } from "../testing/bench-engine/policies.ts";
import { createContext, type Edge, print } from "./shared.ts";

/** What is used of the package, which is built when this runs and not when it is compiled. */
type Grid = {
  Engine: new (options: object) => {
    loadPolicy(name: string, source: string): void;
    setData(data: object): void;
    evaluate(query: string, input: unknown): unknown;
    evaluateJson(query: string, input: string): string | undefined;
  };
};

/** `boardkit bench-engine`: decisions a second of @boardkit/grid beside OPA, a check of Boardkit's own repo that builds OPA. */
export function addBenchEngine(program: Command, edge: Edge): void {
  program
    .command("bench-engine", { hidden: true })
    .description("time decisions of @boardkit/grid beside OPA over HTTP and in WebAssembly")
    .action(async () => {
      const { cache, signal, reporter } = createContext({}, edge);
      const grid = (await import(join(packageRoot, "bindings/node/lib/index.js"))) as Grid;
      const policies = benchPolicies();
      const opa = await findOpa(cache, edge.env.PATH ?? "", signal);
      if ("missing" in opa) reporter.note(`without OPA: ${opa.missing}`);
      const peers = "missing" in opa ? undefined : await startPeers(opa.program, policies, signal);
      const rows: string[][] = [];
      try {
        for (const policy of policies) {
          const subjects = [...ownSubjects(grid, policy), ...((await peers?.subjects(policy)) ?? [])];
          const times = await measure(subjects);
          const [base = 1] = times;
          for (const [index, { name }] of subjects.entries()) {
            const time = times[index] as number;
            rows.push([policy.name, name, time.toFixed(2), (time / base).toFixed(2)]);
          }
        }
      } finally {
        await peers?.end();
      }
      print(formatTable(["policy", "way", "us", "ratio to the first"], rows));
    });
}

function ownSubjects({ Engine }: Grid, { rule, source, data, input }: BenchPolicy): Subject[] {
  const query = `data.${rule.replace("/", ".")}`;
  const text = JSON.stringify(input);
  const make = (options: object) => {
    const engine = new Engine(options);
    engine.loadPolicy("bench.rego", source);
    engine.setData(data);
    return engine;
  };
  const [plain, caching] = [make({}), make({ decisionCacheBytes: 1_000_000 })];
  const isTrue = (answer: unknown) => {
    if (answer !== true && answer !== "true") throw new Error(`@boardkit/grid says ${String(answer)}`);
  };
  return [
    { name: "grid, text in", ask: () => isTrue(plain.evaluateJson(query, text)) },
    { name: "grid, object in", ask: () => isTrue(plain.evaluate(query, input)) },
    { name: "grid, text in, decision cache", ask: () => isTrue(caching.evaluateJson(query, text)) },
    { name: "grid, object in, decision cache", ask: () => isTrue(caching.evaluate(query, input)) },
  ];
}
