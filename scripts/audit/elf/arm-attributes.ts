// The claims of a 32-bit ARM file in .ARM.attributes. They may hold for one object of many only: LLVM's linker copies those of the first
// one (lld/test/ELF/arm-attributes.s). Format: "Addenda to, and Errata in, the ABI for the Arm Architecture", "Build Attributes",
// https://github.com/ARM-software/abi-aa/blob/main/addenda32/addenda32.rst
import type { ElfFacts } from "../report.ts";
import { SHT, type ElfFile } from "./file.ts";

const FORMAT_A = 0x41;
const FILE_SCOPE = 1;
const TAG = { cpuRawName: 4, cpuName: 5, cpuArch: 6, compatibility: 32, unalignedAccess: 34 };
/** Values of Tag_CPU_arch. */
const ARCHITECTURES = [
  "pre-v4",
  "v4",
  "v4T",
  "v5T",
  "v5TE",
  "v5TEJ",
  "v6",
  "v6KZ",
  "v6T2",
  "v6K",
  "v7",
  "v6-M",
  "v6S-M",
  "v7E-M",
  "v8-A",
  "v8-R",
  "v8-M.baseline",
  "v8-M.mainline",
  "v8.1-A",
  "v8.2-A",
  "v8.3-A",
  "v8.1-M.mainline",
  "v9-A",
];

/** The claims for the complete file; empty without the section, and if it is broken. */
export function readArmAttributes({ sections, bytes }: ElfFile): Pick<ElfFacts, "claimedArch" | "unalignedAccess"> {
  const section = sections.find(({ type }) => type === SHT.armAttributes);
  if (!section || section.offset + section.size > bytes.length) return {};
  const values = readValues(bytes.subarray(section.offset, section.offset + section.size));
  if (!values) return {};
  const claimedArch = ARCHITECTURES[values.get(TAG.cpuArch) ?? -1];
  // An absent tag has the value 0.
  return { ...(claimedArch ? { claimedArch } : {}), unalignedAccess: (values.get(TAG.unalignedAccess) ?? 0) !== 0 };
}

/** Numbers by tag in the scope of the complete file; undefined without the ABI's own vendor, and if a length is wrong. */
function readValues(bytes: Uint8Array): Map<number, number> | undefined {
  if (bytes[0] !== FORMAT_A) return undefined;
  try {
    const values = new Map<number, number>();
    let isKnown = false;
    for (const vendor of parts(bytes.subarray(1), 0)) {
      const name = textAt(vendor, 4);
      if (name !== "aeabi") continue;
      isKnown = true;
      for (const scope of parts(vendor.subarray(4 + name.length + 1), 1)) if (scope[0] === FILE_SCOPE) addValues(scope.subarray(5), values);
    }
    return isKnown ? values : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Consecutive parts. Each has its length, which includes the length itself, at an offset. */
function parts(bytes: Uint8Array, lengthAt: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const length = new DataView(rest.buffer, rest.byteOffset, rest.length).getUint32(lengthAt, true);
    if (length < lengthAt + 4 || length > rest.length) throw new RangeError(`a part of ${length} bytes`);
    found.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return found;
}

function addValues(bytes: Uint8Array, values: Map<number, number>): void {
  for (let at = 0; at < bytes.length;) {
    const tag = numberAt(bytes, at);
    at = tag.end;
    const isText = tag.value === TAG.cpuRawName || tag.value === TAG.cpuName || (tag.value > TAG.compatibility && tag.value % 2 === 1);
    if (!isText) {
      const { value, end } = numberAt(bytes, at);
      values.set(tag.value, value);
      at = end;
    }
    if (isText || tag.value === TAG.compatibility) at += textAt(bytes, at).length + 1;
  }
}

/** A string with one byte per character, up to its NUL. */
function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new RangeError("a string without an end");
  return Buffer.from(bytes.subarray(at, end)).toString("latin1");
}

/** A ULEB128 number. */
function numberAt(bytes: Uint8Array, at: number): { value: number; end: number } {
  for (let value = 0, end = at, unit = 1; end < bytes.length; unit *= 128) {
    const byte = bytes[end++] as number;
    value += (byte % 128) * unit;
    if (byte < 128) return { value, end };
  }
  throw new RangeError("a number without an end");
}
