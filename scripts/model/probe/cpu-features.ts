// The features of a machine's CPUs, by the rules of targets/architectures. Pure.
import type { Architecture } from "../targets/architecture.ts";

type Shown = {
  /** /proc/self/auxv of a program of the architecture. */
  auxv?: Buffer;
  /** Lines of /proc/cpuinfo. */
  cpuinfo: string;
};

/** The features of the architecture that all CPUs have; undefined if the machine shows none. */
export function featuresOf({ id, bits, features }: Architecture, { auxv, cpuinfo }: Shown): string[] | undefined {
  const entries = auxv && readAuxv(auxv, bits);
  const words = readWords(cpuinfo, id);
  if (!entries && !words) return undefined;
  const has = ({ auxv: entry, words: sets }: Architecture["features"][string]) => {
    if (entries && entry) {
      const value = entries.get(entry.entry) ?? 0;
      return entry.bits.some((all) => all.every((bit) => ((value >>> bit) & 1) === 1));
    }
    return words !== undefined && sets.some((all) => all.every((word) => words.has(word)));
  };
  return Object.keys(features).filter((name) => has(features[name]!));
}

/** The lower 32 bits of each entry; little-endian, as all architectures of targets/ are. */
function readAuxv(bytes: Buffer, bits: 32 | 64): Map<number, number> | undefined {
  const width = bits / 8;
  const count = Math.floor(bytes.length / (2 * width));
  if (count === 0) return undefined;
  return new Map(
    Array.from({ length: count }, (_, at) => [bytes.readUInt32LE(2 * width * at), bytes.readUInt32LE(2 * width * at + width)]),
  );
}

/** The words that all processors have. An emulator may show processors of another architecture, whose line has another name. */
function readWords(cpuinfo: string, arch: string): Set<string> | undefined {
  const lines = cpuinfo.match(arch === "x86_64" ? /^flags\s*:.*$/gm : /^Features\s*:.*$/gm);
  if (!lines) return undefined;
  const [first = new Set<string>(), ...others] = lines.map((line) => new Set(line.replace(/^.*?:\s*/, "").split(/\s+/)));
  return new Set([...first].filter((word) => others.every((words) => words.has(word))));
}

/** The features of a CPU file that a running system can show, and that this machine lacks. */
export function lackedFeatures({ features }: Architecture, needed: readonly string[], had: readonly string[]): string[] {
  return needed.filter((name) => name in features && !had.includes(name));
}
