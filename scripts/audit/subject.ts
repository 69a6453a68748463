// The input of the rules: one ELF file with everything that was read from it.
import type { DynamicSymbol } from "./elf/dynamic.ts";
import type { Packed } from "./packed.ts";
import type { CodeFacts, ElfFacts, NodeApiFacts } from "./report.ts";
import type { Wheel } from "./wheel/wheel.ts";

export type Subject = {
  path: string;
  /** Size of the file in bytes. */
  byteCount: number;
  facts: ElfFacts;
  nodeApi: NodeApiFacts;
  /** Of the dynamic symbol table. */
  symbols: DynamicSymbol[];
  /** DT_RUNPATH and DT_RPATH; facts have the one that counts. */
  runpath?: string;
  rpath?: string;
  /** The folders of its search path were searched, and `facts.needed` has only libraries of the system. */
  searched?: boolean;
  /** Absent if the architecture has no decoder, and if the instructions are not audited. */
  code?: CodeFacts;
  /** Addresses of the sequences of Cortex-A53's erratum 843419. */
  erratumSequences: number[];
  /** The Python wheel that the file is in. */
  wheel?: Wheel;
  /** Files that it unpacks at run time. */
  packed: PackedFile[];
};

/** A packed file with the path that its own audit has. */
export type PackedFile = Packed & { path: string };

/** A file that could not be read as ELF, with the reason as a sentence about it. */
export type NotElf = { path: string; bytes: Uint8Array; reason: string };
