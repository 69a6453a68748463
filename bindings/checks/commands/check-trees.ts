import type { Command } from "commander";
import { addSourcesCheck } from "../sources/check.ts";
import { compareTrees, engineOf, loadUnit } from "../trees/compare.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

/** `boardkit dev check-trees`: the trees of rego.parse_module beside OPA's. */
export function addCheckTrees(program: Command, edge: Edge): void {
  addSourcesCheck(program, edge, {
    name: "check-trees",
    description: "parse policies by rego.parse_module of OPA and of @boardkit/grid, and compare the trees",
    what: "trees",
    least: 100,
    isStrict: true,
    code: "TREES_DIFFER",
    start: async (oracle, grid) => {
      const engine = engineOf(grid);
      await loadUnit(oracle);
      return (group) => compareTrees(group, oracle, engine);
    },
  });
}
