import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { auditOptionsOf } from "../../stages/fetch-app/audit-options.ts";
import { supportedBoards } from "../../model/registry.ts";
import { fuzzAudit } from "../fuzz/run.ts";
import { fuzzTrees } from "../fuzz/trees.ts";
import { createContext, print } from "../../commands/shared.ts";
import { placeOfBoard } from "../../model/place.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev fuzz`: audits mutated ELF files, for minutes. */
export function addFuzz(program: Command, edge: Edge): void {
  program
    .command("fuzz")
    .description("audit mutations of ELF files, and random folders of packages: each must give findings, never a crash")
    .argument("<files...>", "files to mutate; small ones give the most mutations per second")
    .option("--count <n>", "mutations in all", "100000")
    .option("--trees <n>", "random folders of packages", "500")
    .option("--seed <n>", "the same seed gives the same mutations", "1")
    .action(async (files: string[], options: { count: string; trees: string; seed: string }) => {
      const context = createContext({ jobs: 1 }, edge);
      const { registry } = context;
      const places = supportedBoards(registry).map((board) => placeOfBoard(registry, board));
      const failures: string[] = [];
      for (const file of files) {
        const result = await fuzzAudit(readFileSync(file), places, Math.ceil(Number(options.count) / files.length), Number(options.seed));
        print(`${file}: ${result.files} mutations, ${result.elf} still read as ELF, slowest ${result.slowestMilliseconds.toFixed(0)} ms`);
        failures.push(...result.failures);
      }
      const { cache: _none, ...audit } = await auditOptionsOf(context);
      const trees = await fuzzTrees(readFileSync(files[0] as string), places, audit, Number(options.trees), Number(options.seed));
      print(
        `${trees.trees} folders with ${trees.packages} native packages, ${trees.refused} refused, slowest ${trees.slowestMilliseconds.toFixed(0)} ms`,
      );
      failures.push(...trees.failures);
      for (const failure of failures.slice(0, 10)) print(failure);
      if (failures.length === 0) return;
      throw new BoardkitError(`the audit failed on ${failures.length} mutations and folders`, {
        code: "FUZZ_FAILED",
        fix: "fix the audit; the same --seed and --count give the same mutations",
      });
    });
}
