import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { supportedBoards } from "../../model/registry.ts";
import { fuzzAudit } from "../fuzz/run.ts";
import { createContext, print } from "../../commands/shared.ts";
import { placeOfBoard } from "../../model/place.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev fuzz`: audits mutated ELF files, for minutes. */
export function addFuzz(program: Command, edge: Edge): void {
  program
    .command("fuzz")
    .description("audit mutations of ELF files: each must give findings, never a crash")
    .argument("<files...>", "files to mutate; small ones give the most mutations per second")
    .option("--count <n>", "mutations in all", "100000")
    .option("--seed <n>", "the same seed gives the same mutations", "1")
    .action(async (files: string[], options: { count: string; seed: string }) => {
      const { registry } = createContext({}, edge);
      const places = supportedBoards(registry).map((board) => placeOfBoard(registry, board));
      const failures: string[] = [];
      for (const file of files) {
        const result = await fuzzAudit(readFileSync(file), places, Math.ceil(Number(options.count) / files.length), Number(options.seed));
        print(`${file}: ${result.files} mutations, ${result.elf} still read as ELF, slowest ${result.slowestMilliseconds.toFixed(0)} ms`);
        failures.push(...result.failures);
      }
      for (const failure of failures.slice(0, 10)) print(failure);
      if (failures.length === 0) return;
      throw new BoardkitError(`the audit crashed on ${failures.length} mutations`, {
        code: "FUZZ_FAILED",
        fix: "fix the audit; the same --seed and --count give the same mutations",
      });
    });
}
