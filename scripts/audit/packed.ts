// ELF files that are compressed in another file, which unpacks them at run time: @swc/core's addon has a zstd frame behind a header of its
// own (SWCNZSTD). Finds all gzip and zstd data that unpack to an ELF file. Bytes in, files out, no I/O.
import { formatOf } from "./elf/format.ts";
import { constants, gunzipSync, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { isTooLarge, MOST_BYTES } from "../lib/archive/compression.ts";

export type Packed = {
  /** Of the compressed data, in the file. */
  offset: number;
  format: "gzip" | "zstd";
  /** Absent if they could not be unpacked. */
  bytes?: Uint8Array;
  /** Why there are no bytes. */
  reason?: string;
};

/** A range that looks like compressed data: `peek` unpacks the first bytes at little cost, `unpack` all. */
type Candidate = { peek: () => Uint8Array; unpack: (most: number) => Uint8Array };
type Format = { name: Packed["format"]; magic: Buffer; read: (bytes: Uint8Array, at: number) => Candidate | undefined };

const FORMATS: Format[] = [
  { name: "zstd", magic: Buffer.from("28b52ffd", "hex"), read: readZstd },
  { name: "gzip", magic: Buffer.from("1f8b08", "hex"), read: readGzip },
];
/** Compressed bytes of the smallest frame that is read, and the most candidates per file and format that `peek` reads. */
const LEAST_BYTES = 1024;
const MOST_PEEKS = 4096;

/** Every ELF file that is compressed in a file, in the order of offsets. The limit of an archive applies to their total size. */
export function findPacked(bytes: Uint8Array): Packed[] {
  const found: Packed[] = [];
  let left = MOST_BYTES;
  for (const { name, magic, read } of FORMATS) {
    let peeks = 0;
    for (const at of placesOf(bytes, magic)) {
      const candidate = read(bytes, at);
      if (!candidate || peeks >= MOST_PEEKS) continue;
      peeks += 1;
      if (!isElf(candidate)) continue;
      const packed: Packed = { offset: at, format: name, ...unpackWithin(candidate, left) };
      left -= packed.bytes?.length ?? 0;
      found.push(packed);
    }
  }
  return found.toSorted((a, b) => a.offset - b.offset);
}

function* placesOf(bytes: Uint8Array, magic: Buffer): Generator<number> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf(magic); at >= 0; at = buffer.indexOf(magic, at + 1)) yield at;
}

function isElf({ peek }: Candidate): boolean {
  try {
    return formatOf(peek()) === "elf";
  } catch {
    return false;
  }
}

function unpackWithin({ unpack }: Candidate, most: number): Pick<Packed, "bytes" | "reason"> {
  if (most < 1) return { reason: `all of them are more than ${MOST_BYTES / 1e6} MB` };
  try {
    return { bytes: unpack(most) };
  } catch (error) {
    return { reason: isTooLarge(error) ? `it is more than ${most / 1e6} MB` : (error as Error).message };
  }
}

// RFC 8878, 3.1.1: the frame's header, then blocks up to the last. Only the blocks distinguish a frame from four bytes of code.
function readZstd(bytes: Uint8Array, at: number): Candidate | undefined {
  const descriptor = bytes[at + 4] ?? 0;
  const [isSingle, hasChecksum, isReserved, dictionary] = [0x20, 0x04, 0x08, 0x03].map((mask) => descriptor & mask);
  if (isReserved || dictionary) return undefined;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const blocks = at + 5 + (isSingle ? 0 : 1) + sizeBytes;
  const first = readBlock(bytes, blocks);
  let block = first;
  while (block && !block.isLast) block = readBlock(bytes, block.end);
  if (!first || !block) return undefined;
  const frame = bytes.subarray(at, block.end + (hasChecksum ? 4 : 0));
  if (frame.length < LEAST_BYTES) return undefined;
  return {
    peek: () => zstdDecompressSync(bytes.subarray(at, first.end), { finishFlush: constants.ZSTD_e_continue }),
    unpack: (most) => zstdDecompressSync(frame, { maxOutputLength: most }),
  };
}

function readBlock(bytes: Uint8Array, at: number): { end: number; isLast: boolean } | undefined {
  if (at + 3 > bytes.length) return undefined;
  const header = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  const [type, size] = [(header >> 1) & 3, header >> 3];
  const end = at + 3 + (type === 1 ? 1 : size);
  return type === 3 || size > 0x2_0000 || end > bytes.length ? undefined : { end, isLast: (header & 1) === 1 };
}

// RFC 1952: ten bytes and an optional name, as common tools write it; then deflate data, and any bytes may follow.
function readGzip(bytes: Uint8Array, at: number): Candidate | undefined {
  const flags = bytes[at + 3] ?? 0xff;
  if ((flags & ~8) !== 0 || at + LEAST_BYTES > bytes.length) return undefined;
  const nameEnd = flags === 8 ? bytes.indexOf(0, at + 10) : at + 9;
  if (nameEnd < 0 || nameEnd > at + LEAST_BYTES) return undefined;
  return {
    peek: () => gunzipSync(bytes.subarray(at, nameEnd + LEAST_BYTES), { finishFlush: constants.Z_SYNC_FLUSH }),
    unpack: (most) => inflateRawSync(bytes.subarray(nameEnd + 1), { maxOutputLength: most }),
  };
}
