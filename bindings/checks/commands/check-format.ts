import type { Command } from "commander";
import { compareGroup, enginesOf } from "../format/compare.ts";
import { addSourcesCheck } from "../sources/check.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

/** `boardkit dev check-format`: formatted policies beside `opa fmt`. */
export function addCheckFormat(program: Command, edge: Edge): void {
  addSourcesCheck(program, edge, {
    name: "check-format",
    description: "format policies with OPA and @boardkit/grid, and compare the texts",
    what: "texts",
    least: 99,
    isStrict: false,
    code: "FORMAT_DIFFERS",
    changing: "not stable",
    start: async (oracle, grid) => {
      const engines = enginesOf(grid);
      return (group) => compareGroup(group, oracle, engines);
    },
  });
}
