// The entry point of a program. Linkers write one into a library too: the start of its code, whatever is there.
import { PT, readWord, type ElfFile } from "./file.ts";
import { dynamicTag } from "./relocations.ts";

const ET_EXEC = 2;
const ENTRY = 24;
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_PIE = 0x08000000;

/** Its address; undefined for a library. Bit 0 on 32-bit ARM means Thumb. */
export function entryPoint(file: ElfFile): number | undefined {
  const isProgram =
    file.type === ET_EXEC ||
    file.segments.some((segment) => segment.type === PT.interpreter) ||
    ((dynamicTag(file, DT_FLAGS_1) ?? 0) & DF_1_PIE) !== 0;
  return isProgram ? readWord(file, ENTRY) : undefined;
}
