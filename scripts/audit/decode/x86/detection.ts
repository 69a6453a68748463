// The variables in which the run-time libraries of GCC and LLVM store the processor's features, by name, if the file has the names.
// zig's library never sets them, so that the code alone does not show their purpose.
import { readText, readWord, SHT, type ElfFile } from "../../elf/file.ts";
import type { Relocations } from "./relocations.ts";

const NAMES = new Set(["__cpu_model", "__cpu_features2"]);
const ENTRY = 24;
const MOST_BYTES = 64;

/** The addresses of their bytes, and of the slots that lead to such variables in another file. */
export function namedVariables(file: ElfFile, relocations: Relocations): Set<number> {
  const variables = new Set<number>();
  for (const [slot, name] of relocations.imports) if (NAMES.has(name)) variables.add(slot);
  for (const table of file.sections) {
    const strings = table.type === SHT.symbols || table.type === SHT.dynamicSymbols ? file.sections[table.link] : undefined;
    if (!strings) continue;
    for (let at = table.offset; at + ENTRY <= table.offset + table.size; at += ENTRY) {
      const name = strings.offset + file.view.getUint32(at, true);
      // Large files have a symbol table of megabytes; a name is read only if it can be one of these.
      if (file.bytes[name] !== 0x5f || file.bytes[name + 2] !== 0x63 || !NAMES.has(readText(file, name))) continue;
      const [address, size] = [readWord(file, at + 8), Math.min(readWord(file, at + 16), MOST_BYTES)];
      for (let byte = 0; byte < size; byte += 1) variables.add(address + byte);
    }
  }
  return variables;
}
