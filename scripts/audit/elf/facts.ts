// The facts of an ELF file as one value. Bytes in, facts out, no I/O.
import type { ElfFacts } from "../report.ts";
import { readArmAttributes } from "./arm-attributes.ts";
import { readDynamic, type Dynamic } from "./dynamic.ts";
import { archOf, completeOrError, floatAbiOf, parseElf, PF_EXECUTE, PT, readText, SHT, type ElfFile } from "./file.ts";
import { panicOf } from "./panic.ts";
import { isDebug, sizeSections } from "./sections.ts";
import { isInMusl } from "../symbols/musl.ts";
import { highestVersion } from "./versions.ts";

const NT_GNU_BUILD_ID = 3;

/** A file with the parts that its facts are read from, for readers that need more. */
export type InspectedElf = { file: ElfFile; dynamic: Dynamic; facts: ElfFacts };

/** Reads a file; anything but a complete little-endian ELF file is an error. */
export function inspectElf(bytes: Uint8Array, name: string): InspectedElf {
  const file = parseElf(bytes, name);
  return completeOrError(name, () => {
    const dynamic = readDynamic(file);
    return { file, dynamic, facts: factsOf(file, dynamic) };
  });
}

/** The facts alone. */
export function readElf(bytes: Uint8Array, name: string): ElfFacts {
  return inspectElf(bytes, name).facts;
}

function factsOf(file: ElfFile, dynamic: Dynamic): ElfFacts {
  const arch = archOf(file);
  const loads = file.segments.filter((segment) => segment.type === PT.load);
  const interpreterAt = file.segments.find((segment) => segment.type === PT.interpreter)?.offset;
  const interpreter = interpreterAt === undefined ? undefined : readText(file, interpreterAt);
  const stack = file.segments.find((segment) => segment.type === PT.gnuStack);
  const versions = versionsByLibrary(dynamic);
  const glibc = highestVersion(withoutLibgcc(versions), "GLIBC_");
  const libc = libcOf(interpreter, dynamic, glibc !== undefined);
  const searchPath = dynamic.runpath ?? dynamic.rpath;
  const buildId = readBuildId(file);
  const sections = sizeSections(file);
  const panic = panicOf(file, dynamic);
  return {
    arch,
    bits: file.bits,
    ...floatAbiOf(file),
    ...(arch === "arm" ? readArmAttributes(file) : {}),
    ...(interpreter === undefined ? {} : { interpreter }),
    needed: dynamic.needed,
    ...(searchPath === undefined ? {} : { searchPath }),
    ...(libc ? { libc } : {}),
    versions,
    ...(glibc ? { glibc } : {}),
    glibcSymbols: dynamic.symbols.filter((symbol) => symbol.version === `GLIBC_${glibc}`).map(({ name, weak }) => ({ name, weak })),
    ...(libc === "glibc" ? { notInMusl: notInMusl(dynamic) } : {}),
    loadAlign: loads.reduce((least, segment) => Math.min(least, segment.align), 1 << 30),
    cutOff: loads.some((segment) => segment.offset + segment.fileSize > file.bytes.length),
    staticTls: dynamic.staticTls,
    textRelocations: dynamic.textRelocations,
    // On x86_64 and arm the kernel makes the stack executable if the header says so, and if there is no header.
    executableStack: stack === undefined || (stack.flags & PF_EXECUTE) !== 0,
    relro: file.segments.some((segment) => segment.type === PT.gnuRelro),
    bindNow: dynamic.bindNow,
    stripped: !file.sections.some((section) => section.type === SHT.symbols),
    sections,
    debugBytes: sumOfDebug(sections),
    ...(panic ? { panic } : {}),
    ...(buildId ? { buildId } : {}),
  };
}

function notInMusl({ symbols }: Dynamic): string[] {
  const ofGlibc = symbols.filter(({ defined, weak, version }) => !defined && !weak && version?.startsWith("GLIBC_"));
  return [...new Set(ofGlibc.map(({ name }) => name).filter((name) => !isInMusl(name)))];
}

function sumOfDebug(sections: Record<string, number>): number {
  return Object.entries(sections).reduce((sum, [name, size]) => (isDebug(name) ? sum + size : sum), 0);
}

function versionsByLibrary(dynamic: Dynamic): Record<string, string[]> {
  const byLibrary = Map.groupBy(dynamic.versions, (need) => need.library);
  return Object.fromEntries([...byLibrary].map(([library, needs]) => [library, needs.map((need) => need.version).toSorted()]));
}

/**
 * GCC's libgcc_s has a version GLIBC_2.0 of its own, also where it is built for musl: for the functions that old glibcs had. Wheels bring it
 * with a hash in its name.
 */
function withoutLibgcc(versions: ElfFacts["versions"]): ElfFacts["versions"] {
  return Object.fromEntries(Object.entries(versions).filter(([library]) => !/^libgcc_s[-.]/.test(library)));
}

function libcOf(interpreter: string | undefined, dynamic: Dynamic, hasGlibcVersions: boolean): ElfFacts["libc"] {
  if (hasGlibcVersions || dynamic.needed.some((name) => /^(libc\.so\.6|ld-linux.*)$/.test(name))) return "glibc";
  if (dynamic.needed.some((name) => /^(libc\.so|libc\.musl-.*|ld-musl-.*)$/.test(name))) return "musl";
  if (interpreter === undefined) return undefined;
  return /ld-musl/.test(interpreter) ? "musl" : "glibc";
}

// A note: length of name, length of description, type, then both, each padded to 4 bytes.
function readBuildId(file: ElfFile): string | undefined {
  for (const segment of file.segments.filter((part) => part.type === PT.note)) {
    const end = Math.min(segment.offset + segment.fileSize, file.bytes.length);
    for (let at = segment.offset; at + 12 <= end;) {
      const [nameSize, size, type] = [0, 4, 8].map((offset) => file.view.getUint32(at + offset, true)) as [number, number, number];
      const start = at + 12 + Math.ceil(nameSize / 4) * 4;
      if (type === NT_GNU_BUILD_ID && readText(file, at + 12) === "GNU" && start + size <= end)
        return Buffer.from(file.bytes.subarray(start, start + size)).toString("hex");
      at = start + Math.ceil(size / 4) * 4;
    }
  }
  return undefined;
}
