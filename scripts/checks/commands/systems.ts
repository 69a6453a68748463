import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { packageRoot } from "../../lib/paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { runOrFail } from "../../tools/exec.ts";
import { createContext, print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";
import { readDebian } from "../systems/debian.ts";

/** `boardkit dev systems`: writes what the releases of Debian have into targets/libraries. */
export function addSystems(program: Command, edge: Edge): void {
  program
    .command("systems")
    .description("write the libraries of systems that are made of Debian's packages, from Debian's archive, into targets/libraries")
    .argument("[ids...]", "only these files of targets/libraries")
    .action(async (ids: string[]) => {
      const { cache, signal } = createContext({}, edge);
      for (const { id, debian, base } of loadRegistry().libraries.values()) {
        if (!debian || (ids.length > 0 && !ids.includes(id))) continue;
        const { present, versions, packages } = await readDebian(debian, cache, signal);
        const path = join(packageRoot, "targets/libraries", `${id}.json`);
        const old = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
        const date = new Date().toISOString().slice(0, 10);
        // A base has the packages, and the versions of the same release.
        const written = { ...old, present, ...(base === undefined ? { versions, packages } : {}), source: old.source, date };
        await writeFile(path, JSON.stringify(written));
        await runOrFail({ argv: [join(packageRoot, "node_modules/.bin/oxfmt"), path], signal }, "FORMAT_FAILED");
        print(`${id}: ${present.length} libraries present, ${Object.keys(packages).length} packages with others`);
      }
    });
}
