// The generated table of README.md: targets, the CPUs that they promise, and their boards.
import { getCpu, type Registry } from "../../model/registry.ts";
import { markdownTable } from "./markdown-table.ts";
import { replaceMarked } from "./marks.ts";

/** README.md with its table as targets/ has it now. */
export function generateReadme(text: string, registry: Registry): string {
  return replaceMarked(text, "targets", targetsTable(registry));
}

function targetsTable(registry: Registry): string {
  const targets = [...registry.triples.values()].filter(({ why }) => why === undefined);
  const rows = targets.map(({ triple, cpu, glibcFloor }) => {
    const boards = [...registry.boards.values()].filter(({ why, target }) => why === undefined && target === triple);
    return [
      `\`${triple}\``,
      getCpu(registry, cpu.lowest).name,
      glibcFloor ? `glibc ${glibcFloor}` : "musl",
      boards.map(({ id }) => `\`${id}\``).join(", ") || "-",
    ];
  });
  return markdownTable([["target", "lowest CPU", "C library", "boards"], ...rows]);
}
