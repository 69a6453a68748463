// What a Go program says about itself: the level that it was built for, and where its code is. Go's compiler and library use instructions
// above that level (GOARM64, GOARM, GOAMD64) only behind tests of their own, in forms that the decoders cannot follow. At the level and
// below there is no test. C code that cgo links is outside of Go's code. Sources: Go's cmd/go/internal/modload/build.go (the settings),
// internal/buildcfg/cfg.go (the levels), internal/abi/symtab.go and runtime/symtab.go (pcHeader and moduledata).
import { archOf, offsetOf, PF_EXECUTE, PT, readWord, type ElfFile } from "../elf/file.ts";
import { eachRelocation } from "../elf/relocations.ts";

export type GoProgram = {
  /** Features that its code uses without a test: those of the level that it was built for. */
  level: Set<string>;
  /** Start and end of Go's code. */
  start: number;
  end: number;
  /** Addresses of its functions. */
  functions: number[];
};

type Levels = { goarch: string; setting: string; featuresOf: (level: string) => string[] };

/** What each version of ARMv8 adds, from v8.0 on. Optional features count as tested. ARMv9.0 is v8.5 with SVE, v9.1 is v8.6, and so on. */
const ARMV8: string[][] = [
  [],
  ["crc32", "lse", "lor", "rdm"],
  ["dpb"],
  ["rcpc", "jscvt", "fcma", "pauth"],
  ["rcpc2", "flagm", "dotprod"],
  ["sb", "frintts", "flagm2", "dpb2"],
  ["i8mm", "bf16"],
  ["wfxt"],
  ["mops"],
  ["cssc"],
];
const ARM64_OPTIONS: Record<string, string[]> = { lse: ["lse"], crypto: ["aes", "sha2"] };

const LEVELS: Record<string, Levels> = {
  aarch64: {
    goarch: "arm64",
    setting: "GOARM64",
    featuresOf: (value) => {
      const [level = "", ...options] = value.split(",");
      const minor = Number(level.slice(3)) + (level.startsWith("v9.") ? 5 : 0);
      const sve = level.startsWith("v9.") ? ["sve"] : [];
      return [...ARMV8.slice(0, minor + 1).flat(), ...sve, ...options.flatMap((option) => ARM64_OPTIONS[option] ?? [])];
    },
  },
  // 5 and 6 need less than the ARMv6K that every ARM target has.
  arm: { goarch: "arm", setting: "GOARM", featuresOf: (value) => (value.startsWith("7") ? ["v6t2", "v7", "vfp3"] : []) },
  x86_64: { goarch: "amd64", setting: "GOAMD64", featuresOf: (value) => ["v2", "v3", "v4"].filter((level) => level <= value) },
};

/** Go finds its settings between these bytes. Some projects remove .go.buildinfo, but the program itself reads this copy. */
const [BEFORE, AFTER] = ["3077af0c9274080241e1c107e6d618e6", "f932433186182072008242104116d8f2"].map((hex) => Buffer.from(hex, "hex")) as [
  Buffer,
  Buffer,
];
/** The first word of pcHeader, since Go 1.18 and since Go 1.20; then two zeros, the smallest instruction and the size of a pointer. */
const MAGICS = [0xf0, 0xf1];
const QUANTA: Record<string, number> = { x86_64: 1, aarch64: 4, arm: 4 };
/** Words of moduledata: table of functions and its length, start and end of the code. */
const MODULE = { functions: 16, count: 17, text: 22, end: 23 };
/** An entry of the table of functions: the distance from the start of the code, and the place of other data. */
const ENTRY = 8;

/** Reads a Go program; undefined for other files, and if Go's cmd/go did not write the settings. */
export function readGo(elf: ElfFile): GoProgram | undefined {
  const levels = LEVELS[archOf(elf)];
  const settings = levels && readSettings(elf);
  if (!levels || settings?.get("GOARCH") !== levels.goarch) return undefined;
  const code = readModule(elf);
  // Before a level could be set, the lowest was the only one.
  return code && { level: new Set(levels.featuresOf(settings.get(levels.setting) ?? "")), ...code };
}

/** Returns a test for uses of features above the level in Go's code, which are behind Go's tests. */
export function goTest(go: GoProgram | undefined): (feature: string, address: number) => boolean {
  if (!go) return () => false;
  return (feature, address) => address >= go.start && address < go.end && !go.level.has(feature);
}

function readSettings({ bytes }: ElfFile): Map<string, string> | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = all.indexOf(BEFORE);
  const to = from < 0 ? -1 : all.indexOf(AFTER, from);
  if (to < 0) return undefined;
  const settings = all.toString("utf8", from + BEFORE.length, to).matchAll(/^build\t([^=\n]+)=(.*)$/gm);
  return new Map(Array.from(settings, ([, key = "", value = ""]) => [key, value]));
}

/** Finds moduledata by its first word, the address of pcHeader. */
function readModule(elf: ElfFile): Omit<GoProgram, "level"> | undefined {
  const word = elf.bits / 8;
  for (const header of headersOf(elf))
    for (const place of placesOf(elf, header)) {
      const wordAt = moduleReader(elf, place);
      const [start, end, table, count] = [MODULE.text, MODULE.end, MODULE.functions, MODULE.count].map((index) => wordAt(index * word));
      const from = table === undefined ? undefined : offsetOf(elf, table);
      if (start === undefined || end === undefined || !isCode(elf, start, end) || from === undefined || count === undefined) continue;
      if (from + count * ENTRY > elf.bytes.length) continue;
      // The last entry is the end of the code.
      const functions = Array.from(
        { length: Math.max(0, count - 1) },
        (_, index) => start + elf.view.getUint32(from + index * ENTRY, true),
      );
      return { start, end, functions };
    }
  return undefined;
}

/** The addresses of what may be pcHeader. */
function* headersOf(elf: ElfFile): Generator<number> {
  const all = Buffer.from(elf.bytes.buffer, elf.bytes.byteOffset, elf.bytes.byteLength);
  for (const magic of MAGICS) {
    const pattern = Buffer.from([magic, 255, 255, 255, 0, 0, QUANTA[archOf(elf)] ?? 0, elf.bits / 8]);
    for (let at = all.indexOf(pattern); at >= 0; at = all.indexOf(pattern, at + 1)) {
      const segment = elf.segments.find((part) => part.type === PT.load && at >= part.offset && at < part.offset + part.fileSize);
      if (segment) yield at - segment.offset + segment.address;
    }
  }
}

/** The addresses of words with a value, either in the file or after relocation. */
function placesOf(elf: ElfFile, value: number): number[] {
  const places: number[] = [];
  const word = elf.bits / 8;
  for (const { type, offset, address, fileSize } of elf.segments) {
    if (type !== PT.load) continue;
    const end = Math.min(offset + fileSize, elf.bytes.length) - word;
    for (let at = offset + (-address & (word - 1)); at <= end; at += word)
      if (elf.view.getUint32(at, true) === value && (word === 4 || elf.view.getUint32(at + 4, true) === 0))
        places.push(address + at - offset);
  }
  eachRelocation(elf, ({ place, addend }) => {
    if (addend === value) places.push(place);
  });
  return places;
}

/** Reads words of moduledata at a distance from its start. */
function moduleReader(elf: ElfFile, module: number): (distance: number) => number | undefined {
  const relocated = new Map<number, number>();
  eachRelocation(elf, ({ place, addend }) => {
    if (place >= module && place <= module + (MODULE.end * elf.bits) / 8) relocated.set(place, addend);
  });
  return (distance) => {
    const at = offsetOf(elf, module + distance);
    return relocated.get(module + distance) ?? (at === undefined ? undefined : readWord(elf, at));
  };
}

function isCode(elf: ElfFile, start: number, end: number): boolean {
  return elf.segments.some(
    (part) => (part.flags & PF_EXECUTE) !== 0 && start < end && start >= part.address && end <= part.address + part.memorySize,
  );
}
