import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { print } from "../../commands/shared.ts";
import { writeJsonFile } from "../../lib/json-file.ts";
import { packageRoot } from "../../lib/paths.ts";
import { BUILTIN_SIZES, measureBuiltins } from "../generate/builtin-sizes.ts";

/** `boardkit dev builtin-sizes`: keeps the sizes of builtins for docs/builtins.md. */
export function addBuiltinSizes(program: Command): void {
  program
    .command("builtin-sizes")
    .description("write the sizes of builtins for docs/builtins.md, from the map that the linker of a build has written")
    .argument("<map>", "the map, as `npm run ship` leaves it: target/boardkit/*/maps/<target>-release/*.map")
    .action(async (map: string) => {
      const [, target = "unknown"] = /maps\/(\w+-[\w-]+?)-release\//.exec(map) ?? [];
      const sizes = { target, ...measureBuiltins(await readFile(map, "utf8")) };
      const path = join(packageRoot, BUILTIN_SIZES);
      await writeJsonFile(path, sizes);
      print(`${path}: ${Object.keys(sizes.families).length} modules, ${Object.keys(sizes.crates).length} crates`);
    });
}
