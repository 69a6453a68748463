// The version of Node-API that an addon declares: the constant that its function node_api_module_get_api_version_v1 returns. Node refuses a
// version above its own, and Node 20 crashes, although the addon may call nothing that is new.
import { archOf, offsetOf, type ElfFile } from "./elf/file.ts";
import type { Dynamic } from "./elf/dynamic.ts";

const FUNCTION = "node_api_module_get_api_version_v1";
/** NAPI_VERSION_EXPERIMENTAL, which every Node takes. */
const EXPERIMENTAL = 0x7fffffff;
/** The longest way to a constant that compilers write: a frame, then the constant. */
const MOST_BYTES = 24;

/** Reads it; undefined for an addon without the function, and for code that does more than return a constant. */
export function declaredVersion(file: ElfFile, { symbols }: Dynamic): number | undefined {
  const symbol = symbols.find(({ name, defined }) => defined && name === FUNCTION);
  if (!symbol) return undefined;
  const isThumb = archOf(file) === "arm" && symbol.address % 2 === 1;
  const at = offsetOf(file, symbol.address - (isThumb ? 1 : 0));
  if (at === undefined) return undefined;
  const code = file.bytes.subarray(at, at + MOST_BYTES);
  const version = READERS[isThumb ? "thumb" : archOf(file)]?.(code);
  return version === undefined || version === 0 || version === EXPERIMENTAL ? undefined : version;
}

/** ADD r7, sp, #0; MOV r7, sp; MOV sp, r7; the halves of LDR r7, [sp], #4. */
const FRAME = new Set([0xaf00, 0x466f, 0x46bd, 0xf85d, 0x7b04]);

const READERS: Record<string, (code: Uint8Array) => number | undefined> = {
  // BTI c, if there is one; MOVZ w0; RET.
  aarch64: (code) => {
    const words = wordsOf(code).filter((word) => word !== 0xd503245f);
    const [move = 0, end] = words;
    return (move & 0xffe0001f) >>> 0 === 0x52800000 && end === 0xd65f03c0 ? (move >>> 5) & 0xffff : undefined;
  },
  // PUSH and MOV r11, sp, if they are there; MOV r0, #n; BX lr, or POP with pc.
  arm: (code) => {
    const [move = 0, end = 0] = wordsOf(code).filter((word) => word >>> 16 !== 0xe92d && word !== 0xe1a0b00d);
    const isEnd = end === 0xe12fff1e || (end & 0xffff8000) >>> 0 === 0xe8bd8000;
    return (move & 0xffffff00) >>> 0 === 0xe3a00000 && isEnd ? move & 0xff : undefined;
  },
  // MOVS r0, #n; BX lr, or POP with pc; among the halves of a frame in r7, if there is one.
  thumb: (code) => {
    const halves = Array.from({ length: code.length >> 1 }, (_, index) => (code[index * 2] ?? 0) | ((code[index * 2 + 1] ?? 0) << 8));
    const [move = 0, end = 0] = halves.filter((half) => !FRAME.has(half) && ![0xb4, 0xb5, 0xbc].includes(half >>> 8));
    return move >>> 8 === 0x20 && (end === 0x4770 || end >>> 8 === 0xbd) ? move & 0xff : undefined;
  },
  // ENDBR64, PUSH rbp and MOV rbp, rsp, if they are there; MOV eax, n; POP rbp, if it is there; RET.
  x86_64: (code) => {
    const found = /^(?:f30f1efa)?(?:554889e5)?b8(.{8})(?:5d)?c3/.exec(Buffer.from(code).toString("hex"));
    return found ? Buffer.from(found[1]!, "hex").readUInt32LE(0) : undefined;
  },
};

function wordsOf(code: Uint8Array): number[] {
  const view = new DataView(code.buffer, code.byteOffset, code.length);
  return Array.from({ length: code.length >> 2 }, (_, index) => view.getUint32(index * 4, true));
}
