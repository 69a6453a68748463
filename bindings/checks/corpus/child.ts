// A child process that runs units with @boardkit/grid and compares the answers with OPA's.
import type { Grid } from "../opa/grid.ts";
import { answerParent, collectGarbage } from "../opa/workers.ts";
import { type GridUnit, judgeUnit } from "./grid-side.ts";
import type { OpaUnit } from "./opa-side.ts";

const [grid = ""] = process.argv.slice(2);
const loaded = (await import(grid)) as Grid;

answerParent<OpaUnit, GridUnit>(async (unit) => {
  await collectGarbage();
  return judgeUnit(unit, loaded);
});
