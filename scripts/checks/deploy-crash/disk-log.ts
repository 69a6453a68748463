// The log of a disk: every write with its bytes, and every flush, in the order in which the disk has answered them.
import { readFileSync } from "node:fs";

export type DiskEvent = { kind: "write"; offset: number; bytes: Buffer } | { kind: "flush" };

/** What a host knows from here on: only these releases may run. It is between two events of the disk. */
export type Mark = { kind: "mark"; name: string; may: string[] };

const WRITE = 1;
const FLUSH = 2;
/** Kind, offset and length. */
const HEAD = 16;

/** An event as bytes of the log's file. */
export function encodeEvent(event: DiskEvent): Buffer {
  const head = Buffer.alloc(HEAD);
  const bytes = event.kind === "write" ? event.bytes : Buffer.alloc(0);
  head.writeUInt32LE(event.kind === "write" ? WRITE : FLUSH, 0);
  head.writeUInt32LE(bytes.length, 4);
  if (event.kind === "write") head.writeBigUInt64LE(BigInt(event.offset), 8);
  return Buffer.concat([head, bytes]);
}

/** Reads a log; `ends` are the sizes of its file after each event. */
export function readLog(file: string): { events: DiskEvent[]; ends: number[] } {
  const bytes = readFileSync(file);
  const events: DiskEvent[] = [];
  const ends: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const kind = bytes.readUInt32LE(at);
    const length = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + HEAD, at + HEAD + length);
    events.push(kind === WRITE ? { kind: "write", offset: Number(bytes.readBigUInt64LE(at + 8)), bytes: data } : { kind: "flush" });
    at += HEAD + length;
    ends.push(at);
  }
  return { events, ends };
}
