// The format of crates/grid-cache/src/snapshot.rs, so that a snapshot of either kind is restored by both.
import { isUtf8 } from "node:buffer";
import { ArgumentError } from "../../errors.ts";
import { crc32 } from "./crc32.ts";
import { LONGEST_TTL, NEVER } from "./limits.ts";
import type { Life } from "./table.ts";

const MAGIC = "GRIDSNAP";
const VERSION = 1;
const HEADER = 32;
const ENTRY_HEADER = 29;
/** The checksum is of what comes after it. */
const CHECKED_FROM = 16;
const NO_DEADLINE = 0xffff_ffff_ffff_ffffn;

/** An entry of a snapshot. Its deadline is what is left of its time, in microseconds. */
export interface SnapshotEntry extends Life {
  key: string;
  value: string | Buffer;
}

/** Writes entries, those that would leave first in front. */
export function encode(entries: readonly SnapshotEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const { key, value, deadline, ttl } of entries) {
    const [keyBytes, valueBytes] = [Buffer.from(key), Buffer.from(value)];
    const header = Buffer.alloc(ENTRY_HEADER);
    header.writeUInt8(typeof value === "string" ? 0 : 1, 0);
    header.writeUInt32LE(keyBytes.length, 1);
    header.writeBigUInt64LE(BigInt(valueBytes.length), 5);
    header.writeBigUInt64LE(micros(deadline), 13);
    header.writeBigUInt64LE(micros(ttl), 21);
    parts.push(header, keyBytes, valueBytes);
  }
  const bytes = Buffer.concat([Buffer.alloc(HEADER), ...parts]);
  bytes.write(MAGIC, 0, "latin1");
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeBigUInt64LE(BigInt(bytes.length), 16);
  bytes.writeBigUInt64LE(BigInt(entries.length), 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(CHECKED_FROM)), 12);
  return bytes;
}

/** Reads a snapshot, all of it: damage anywhere is found before an entry is used. */
export function decode(given: Uint8Array): SnapshotEntry[] {
  // A copy: the values are parts of it, and the caller may go on changing what was given.
  const bytes = Buffer.from(given);
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) throw fault("the bytes are none: give what `snapshot` returned");
  if (bytes.length < HEADER) throw fault(`it has ${bytes.length} bytes of ${HEADER}: copy it again`);
  const version = bytes.readUInt32LE(8);
  if (version !== VERSION) throw fault(`its format is version ${version}, and this build reads version ${VERSION}: take it anew`);
  const length = bytes.readBigUInt64LE(16);
  if (length !== BigInt(bytes.length)) throw fault(`it has ${bytes.length} bytes of ${length}: copy it again`);
  if (crc32(bytes.subarray(CHECKED_FROM)) !== bytes.readUInt32LE(12)) throw damaged();
  const entries: SnapshotEntry[] = [];
  for (let at = HEADER; at < bytes.length;) {
    const entry = readEntry(bytes, at);
    entries.push(entry);
    at = entry.end;
  }
  if (BigInt(entries.length) !== bytes.readBigUInt64LE(24)) throw damaged();
  return entries;
}

/** The entry at a place. */
function readEntry(bytes: Buffer, at: number): SnapshotEntry & { end: number } {
  const keyStart = at + ENTRY_HEADER;
  if (keyStart > bytes.length) throw damaged();
  const kind = bytes.readUInt8(at);
  const valueStart = keyStart + bytes.readUInt32LE(at + 1);
  const end = valueStart + Number(bytes.readBigUInt64LE(at + 5));
  if (kind > 1 || end > bytes.length) throw damaged();
  const value = bytes.subarray(valueStart, end);
  return {
    key: readText(bytes.subarray(keyStart, valueStart)),
    value: kind === 0 ? readText(value) : value,
    deadline: readMicros(bytes.readBigUInt64LE(at + 13)),
    ttl: readMicros(bytes.readBigUInt64LE(at + 21)),
    end,
  };
}

function readText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw damaged();
  return bytes.toString();
}

function micros(time: number): bigint {
  return time === NEVER ? NO_DEADLINE : BigInt(time);
}

function readMicros(time: bigint): number {
  if (time === NO_DEADLINE) return NEVER;
  if (time < 1n || time > BigInt(LONGEST_TTL)) throw damaged();
  return Number(time);
}

function damaged(): ArgumentError {
  return fault("its bytes have changed since it was taken: copy it again");
}

function fault(text: string): ArgumentError {
  return new ArgumentError(`no snapshot to restore: ${text}`);
}
