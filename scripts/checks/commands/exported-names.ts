import { readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { inspectElf } from "../../audit/elf/facts.ts";
import { packageRoot } from "../../lib/paths.ts";
import type { Edge } from "../../commands/command.ts";
import { print } from "../../commands/shared.ts";
import { tabulate } from "../systems/exported-names.ts";

/** `boardkit dev exported-names`: writes the names that the audit takes for those of Node's process. */
export function addExportedNames(program: Command, _edge: Edge): void {
  program
    .command("exported-names")
    .description("write the names that Node and the libraries that it needs export into scripts/audit/symbols/exported-names.json")
    .argument("<files...>", "Node's programs, named node, and the libraries of glibc and GCC")
    .action(async (files: string[]) => {
      const all = [];
      for (const file of files) {
        const { dynamic } = inspectElf(await readFile(resolve(file)), file);
        all.push({ isNode: basename(file) === "node", names: dynamic.symbols.filter(({ defined }) => defined).map(({ name }) => name) });
      }
      const { families, names } = tabulate(all);
      const about =
        "Written by `boardkit dev exported-names`. Names of Node begin with a family, or are in names with those of the libraries.";
      const text = JSON.stringify({ $comment: about, families: families.join(" "), names: names.join(" ") }, null, 2);
      await writeFile(join(packageRoot, "scripts/audit/symbols/exported-names.json"), `${text}\n`);
      print(`${families.length} families and ${names.length} names`);
    });
}
