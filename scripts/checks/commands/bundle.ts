import type { Command } from "commander";
import type { Edge } from "../../commands/command.ts";
import { print } from "../../commands/shared.ts";
import { bundlePackage } from "../bundle.ts";

/** `boardkit dev bundle`: writes the npm package of the CLI. */
export function addBundle(program: Command, _edge: Edge): void {
  program
    .command("bundle")
    .description("write the npm package of the CLI into dist/boardkit")
    .action(async () => print(await bundlePackage()));
}
