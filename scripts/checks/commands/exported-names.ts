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
    .description("write the names that Node and the libraries that it needs export into scripts/audit/symbols")
    .argument("<files...>", "Node's programs, named node, and the libraries of glibc and GCC; or musl, named libc.so")
    .action(async (files: string[]) => {
      const all = [];
      const musl = new Set<string>();
      for (const file of files) {
        const { dynamic } = inspectElf(await readFile(resolve(file)), file);
        const names = dynamic.symbols.filter(({ defined }) => defined).map(({ name }) => name);
        if (basename(file) === "libc.so") for (const name of names) musl.add(name);
        else all.push({ isNode: basename(file) === "node", names });
      }
      if (musl.size > 0) {
        const about = "Written by `boardkit dev exported-names`: names that musl defines on any architecture.";
        await writeTable("musl-names.json", { $comment: about, names: [...musl].toSorted().join(" ") });
        print(`${musl.size} names of musl`);
      }
      if (all.length === 0) return;
      const { families, names } = tabulate(all);
      const about =
        "Written by `boardkit dev exported-names`. Names of Node begin with a family, or are in names with those of the libraries.";
      await writeTable("exported-names.json", { $comment: about, families: families.join(" "), names: names.join(" ") });
      print(`${families.length} families and ${names.length} names`);
    });
}

async function writeTable(name: string, table: Record<string, string>): Promise<void> {
  await writeFile(join(packageRoot, "scripts/audit/symbols", name), `${JSON.stringify(table, null, 2)}\n`);
}
