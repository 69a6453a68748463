// Writes a tar: its library, nanotar, cuts names after 100 bytes, and others write long ones in a way that busybox does not read (pax).
import { createReadStream } from "node:fs";

export type TarEntry = { path: string; mode: number } & ({ file: string; size: number } | { bytes: Uint8Array } | { link: string });

const BLOCK = 512;

/** The bytes of a tar with these entries, in their order, of nobody and without times. A file that has changed its size is an error. */
export async function* tarOf(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    const { path, mode } = entry;
    const size = "file" in entry ? entry.size : "bytes" in entry ? entry.bytes.length : 0;
    const link = "link" in entry ? entry.link : "";
    yield* longNames(path, link);
    yield header({ path, mode, size, link, type: "link" in entry ? "2" : "0" });
    if ("bytes" in entry) yield entry.bytes;
    else if ("file" in entry) yield* fileBytes(entry.file, size);
    yield new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

async function* fileBytes(file: string, size: number): AsyncGenerator<Uint8Array> {
  let rest = size;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    rest -= chunk.length;
    if (rest < 0) break;
    yield chunk;
  }
  if (rest !== 0) throw new RangeError(`${file} changes while it is read`);
}

const LONGEST = 100;

/** GNU's entries for a name or a link's target of more than 100 bytes, which every tar reads. */
function* longNames(path: string, link: string): Generator<Uint8Array> {
  for (const [text, type] of [
    [link, "K"],
    [path, "L"],
  ] as const) {
    const bytes = Buffer.from(`${text}\0`);
    if (bytes.length <= LONGEST) continue;
    yield header({ path: "././@LongLink", mode: 0, size: bytes.length, link: "", type });
    yield bytes;
    yield new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  }
}

/** A header in GNU's format: https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function header({ path, mode, size, link, type }: { path: string; mode: number; size: number; link: string; type: string }): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const text = (at: number, value: string, length: number) => Buffer.from(value).copy(block, at, 0, length);
  const octal = (at: number, value: number, length: number) => text(at, value.toString(8).padStart(length - 1, "0"), length);
  text(0, path, LONGEST);
  octal(100, mode, 8);
  octal(108, 0, 8);
  octal(116, 0, 8);
  octal(124, size, 12);
  octal(136, 0, 12);
  text(148, " ".repeat(8), 8);
  text(156, type, 1);
  text(157, link, LONGEST);
  text(257, "ustar  ", 8);
  octal(
    148,
    block.reduce((sum, byte) => sum + byte, 0),
    7,
  );
  return block;
}
