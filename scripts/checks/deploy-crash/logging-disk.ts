// A disk that logs: `node logging-disk.ts <image> <mount point> <log>` serves the image as one file by FUSE, over the file that is the mount
// point, until it is unmounted. A loop device on that file makes a disk of it whose flushes arrive here as fsync.
// The protocol: https://www.kernel.org/doc/html/latest/filesystems/fuse.html and include/uapi/linux/fuse.h of Linux.
import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { encodeEvent } from "./disk-log.ts";

const [image = "", mountPoint = "", log = ""] = process.argv.slice(2);

const Op = {
  FORGET: 2,
  GETATTR: 3,
  SETATTR: 4,
  OPEN: 14,
  READ: 15,
  WRITE: 16,
  STATFS: 17,
  RELEASE: 18,
  FSYNC: 20,
  FLUSH: 25,
  INIT: 26,
  INTERRUPT: 36,
  DESTROY: 38,
  BATCH_FORGET: 42,
};
const IN_HEADER = 40;
const OUT_HEADER = 16;
const MAX_WRITE = 128 * 1024;
const ENOSYS = 38;

const disk = openSync(image, "r+");
const size = fstatSync(disk).size;
const logFile = openSync(log, "w");
const device = openSync("/dev/fuse", "r+");
const options = "fd=3,rootmode=100600,user_id=0,group_id=0,allow_other";
spawn("mount", ["-i", "-t", "fuse", "-o", options, "boardkit", mountPoint], { stdio: ["ignore", "ignore", "inherit", device] });

/** Attributes of the only file: its times do not matter. */
function attributes(): Buffer {
  const out = Buffer.alloc(104);
  out.writeBigUInt64LE(3600n, 0);
  out.writeBigUInt64LE(1n, 16);
  out.writeBigUInt64LE(BigInt(size), 24);
  out.writeBigUInt64LE(BigInt(size / 512), 32);
  out.writeUInt32LE(0o100600, 76);
  out.writeUInt32LE(1, 80);
  out.writeUInt32LE(4096, 96);
  return out;
}

/** The answer to INIT: version 7.31, no features, the largest write. */
function init(): Buffer {
  const out = Buffer.alloc(64);
  out.writeUInt32LE(7, 0);
  out.writeUInt32LE(31, 4);
  out.writeUInt32LE(MAX_WRITE, 8);
  out.writeUInt16LE(12, 16);
  out.writeUInt16LE(9, 18);
  out.writeUInt32LE(MAX_WRITE, 20);
  out.writeUInt32LE(1, 24);
  return out;
}

/** Handles a request; the number is a negative error, and undefined is no answer. */
function handle(operation: number, body: Buffer): Buffer | number | undefined {
  switch (operation) {
    case Op.INIT:
      return init();
    case Op.GETATTR:
    case Op.SETATTR:
      return attributes();
    case Op.OPEN:
      return Buffer.alloc(16);
    case Op.STATFS:
      return Buffer.alloc(80);
    case Op.READ: {
      const out = Buffer.alloc(body.readUInt32LE(16));
      return out.subarray(0, readSync(disk, out, 0, out.length, Number(body.readBigUInt64LE(8))));
    }
    case Op.WRITE: {
      const [offset, length] = [Number(body.readBigUInt64LE(8)), body.readUInt32LE(16)];
      const bytes = body.subarray(40, 40 + length);
      writeSync(disk, bytes, 0, length, offset);
      writeSync(logFile, encodeEvent({ kind: "write", offset, bytes }));
      const out = Buffer.alloc(8);
      out.writeUInt32LE(length, 0);
      return out;
    }
    case Op.FSYNC:
      writeSync(logFile, encodeEvent({ kind: "flush" }));
      return Buffer.alloc(0);
    case Op.FLUSH:
    case Op.RELEASE:
    case Op.DESTROY:
      return Buffer.alloc(0);
    case Op.FORGET:
    case Op.BATCH_FORGET:
    case Op.INTERRUPT:
      return undefined;
    default:
      return -ENOSYS;
  }
}

const request = Buffer.alloc(MAX_WRITE + 64 * 1024);
for (;;) {
  let length: number;
  try {
    length = readSync(device, request, 0, request.length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENODEV") break;
    // The mount is not there yet, or a request was interrupted.
    if (code === "EPERM" || code === "EINTR" || code === "ENOENT" || code === "EAGAIN") continue;
    throw error;
  }
  const answer = handle(request.readUInt32LE(4), request.subarray(IN_HEADER, length));
  if (answer === undefined) continue;
  const body = typeof answer === "number" ? Buffer.alloc(0) : answer;
  const head = Buffer.alloc(OUT_HEADER);
  head.writeUInt32LE(OUT_HEADER + body.length, 0);
  head.writeInt32LE(typeof answer === "number" ? answer : 0, 4);
  request.copy(head, 8, 8, 16);
  writeSync(device, Buffer.concat([head, body]));
}
closeSync(disk);
closeSync(logFile);
