// A child process that validates policies with @boardkit/grid.
import type { Grid, GridError } from "../opa/grid.ts";
import { answerParent } from "../opa/workers.ts";
import type { Policy } from "./faults.ts";
import type { GridSays } from "./judge.ts";

const [grid = ""] = process.argv.slice(2);
const { Engine } = (await import(grid)) as Grid;
/** Generous limits: the comparison is with OPA, not with the memory of a board. */
const LIMITS = { maxNesting: 32, maxPolicyBytes: 16_000_000, maxLoadMs: 20_000, maxLoadMemoryBytes: 1_000_000_000 };

answerParent<Policy, GridSays | { unsupported: string }>(({ sources, version, strict }) => {
  let engine;
  try {
    engine = new Engine({ ...LIMITS, regoVersion: version, ...(strict && { strict }) });
  } catch (error) {
    return { unsupported: String(error) };
  }
  try {
    return { faults: engine.validate(Object.fromEntries(sources.map(({ name, text }) => [name, text]))) };
  } catch (error) {
    const { code, message } = error as GridError;
    return { thrown: `${code}: ${message}` };
  }
});
