import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { generateSchemas } from "../generate/schemas.ts";
import { BoardkitError } from "../lib/errors.ts";
import { packageRoot } from "../lib/paths.ts";
import { type Edge, print } from "./shared.ts";

/** `boardkit generate`: writes the generated files of this repo; `--check` only compares. */
export function addGenerate(program: Command, _edge: Edge): void {
  program
    .command("generate")
    .description("write the generated files of Boardkit's own repo (targets/schema)")
    .option("--check", "change nothing; fail when a file is not what would be written", false)
    .action(async (options: { check: boolean }) => {
      const folder = join(packageRoot, "targets/schema");
      const files = Object.entries(generateSchemas()).map(([name, text]) => ({ path: join(folder, name), text }));
      const stale = files.filter(({ path, text }) => !existsSync(path) || readFileSync(path, "utf8") !== text);
      if (options.check && stale.length > 0) {
        throw new BoardkitError(`not up to date: ${stale.map((file) => file.path).join(", ")}`, {
          code: "GENERATED_STALE",
          mend: "run: npx boardkit generate",
        });
      }
      await mkdir(folder, { recursive: true });
      for (const { path, text } of stale) await writeFile(path, text);
      print(`${files.length} files, ${options.check ? "all up to date" : `${stale.length} written`}`);
    });
}
