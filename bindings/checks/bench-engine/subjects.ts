// The ways to evaluate a policy from Node.
import type { Subject } from "../bench/measure.ts";
import type { Grid } from "./grid.ts";
import { type BenchPolicy, queryOf } from "./policies.ts";

export const TEXT_IN = "grid, text in";
export const OBJECT_IN = "grid, object in";
export const CACHED_OBJECT = "grid, object in, decision cache";
export const CACHED_PREPARED = "grid, prepared, text in, decision cache";

/** The ways for one policy; the first is the reference of the others. */
export function ownSubjects({ Engine }: Grid, policy: BenchPolicy): Subject[] {
  const { source, data, input } = policy;
  const query = queryOf(policy);
  const text = JSON.stringify(input);
  const make = (options: object) => {
    const engine = new Engine(options);
    engine.loadPolicy("bench.rego", source);
    engine.setData(data);
    return engine;
  };
  const [plain, caching] = [make({}), make({ decisionCacheBytes: 1_000_000 })];
  const prepared = caching.prepare(query);
  const isTrue = (answer: unknown) => {
    if (answer !== true && answer !== "true") throw new Error(`@boardkit/grid answers ${String(answer)}`);
  };
  return [
    { name: TEXT_IN, ask: () => isTrue(plain.evaluateJson(query, text)) },
    { name: OBJECT_IN, ask: () => isTrue(plain.evaluate(query, input)) },
    { name: "grid, text in, decision cache", ask: () => isTrue(caching.evaluateJson(query, text)) },
    { name: CACHED_OBJECT, ask: () => isTrue(caching.evaluate(query, input)) },
    { name: CACHED_PREPARED, ask: () => isTrue(prepared.evaluateJson(text)) },
  ];
}
