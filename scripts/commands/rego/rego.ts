import type { Define } from "../command.ts";
import { addBench } from "./bench.ts";
import { addCheck } from "./check.ts";
import { addEval } from "./eval.ts";
import { addFmt } from "./fmt.ts";
import { addTest } from "./test.ts";

const AFTER = `
The commands need @boardkit/grid: the one that the project of --cwd has installed, or that of Boardkit's own checkout.
Exit codes are those of opa: fmt 2 (a file does not parse, or --fail), check 1, test 2 (a test fails or is skipped) and 1 (no load),
eval 2 (errors) and 1 (--fail, --fail-defined), bench 1. Other errors have the exit codes of boardkit.`;

/** `boardkit rego`: what `opa` does with policies, by the engine that will run them. */
export const defineRego: Define = (command, edge) => {
  command.description("format, check, test, evaluate and measure Rego policies with Grid, as opa does").addHelpText("after", AFTER);
  for (const add of [addFmt, addCheck, addTest, addEval, addBench]) add(command, edge);
};
