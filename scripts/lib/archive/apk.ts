// The parts of a package of apk, version 2: gzip streams in sequence, of which each holds a part of one tar archive: signatures, control,
// data (https://git.alpinelinux.org/apk-tools/tree/doc/apk-v2.5.scd).
import { inflateRawSync } from "node:zlib";
import { parseTar } from "nanotar";
import { hashBytes } from "../hash.ts";
import { MOST_BYTES } from "./compression.ts";

export type ApkControl = {
  /** The text of .PKGINFO. */
  info: string;
  /** The gzip stream with .PKGINFO in it: its hash is the identity of the package. */
  stream: Uint8Array;
};

/** The control part of a package. A package that is broken, or whose data are not those of its control part, is an error. */
export function readApkControl(bytes: Uint8Array): ApkControl {
  for (let at = 0; at < bytes.length;) {
    const { unpacked, length } = firstStream(bytes.subarray(at));
    const stream = bytes.subarray(at, at + length);
    // nanotar reads the underlying buffer from its start.
    const info = parseTar(new Uint8Array(unpacked)).find(({ name }) => name === ".PKGINFO")?.text;
    at += length;
    if (info === undefined) continue;
    const [, hash] = /^datahash = ([0-9a-f]{64})$/m.exec(info) ?? [];
    if (hash === undefined) throw new TypeError("its .PKGINFO has no datahash");
    if (hash !== hashBytes(bytes.subarray(at))) throw new TypeError("its data are not those that its .PKGINFO names");
    return { info, stream };
  }
  throw new TypeError("it has no .PKGINFO");
}

/** The first gzip stream: what it holds, and its length in bytes (RFC 1952). */
function firstStream(bytes: Uint8Array): { unpacked: Uint8Array; length: number } {
  const start = headerLength(bytes);
  // The types do not know what `info` returns: https://nodejs.org/api/zlib.html#class-options
  const result = inflateRawSync(bytes.subarray(start), { info: true, maxOutputLength: MOST_BYTES }) as unknown as {
    buffer: Uint8Array;
    engine: { bytesWritten: number };
  };
  // A checksum and a size follow, each of 4 bytes.
  return { unpacked: result.buffer, length: start + result.engine.bytesWritten + 8 };
}

const FLAGS = { checksum: 2, extra: 4, name: 8, comment: 16 };

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) throw new TypeError("it is no gzip stream");
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & FLAGS.extra) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [FLAGS.name, FLAGS.comment]) if (flags & flag) at = bytes.indexOf(0, at) + 1;
  return flags & FLAGS.checksum ? at + 2 : at;
}
