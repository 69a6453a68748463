// The records that programs on the target write: a line `boardkit <name> <bytes>`, then that number of bytes. Pure. board-init.sh and
// probe.sh write them.

/** Reads records up to the first incomplete one; on an SD card zeros fill the sector between them. */
export function readRecords(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  let offset = 0;
  for (;;) {
    while (bytes[offset] === 0) offset += 1;
    const end = bytes.indexOf("\n", offset);
    const [, name, length] = /^boardkit (\S+) (\d+)$/.exec(bytes.toString("latin1", offset, Math.max(end, offset))) ?? [];
    const next = end + 1 + Number(length);
    if (name === undefined || next > bytes.length) return records;
    records.set(name, bytes.subarray(end + 1, next));
    offset = next;
  }
}

/** Reads the records from the one with this name on, which begins a line; what is before it is not ours. Empty if there is none. */
export function readRecordsFrom(bytes: Buffer, name: string): Map<string, Buffer> {
  const line = `boardkit ${name} 0\n`;
  const found = bytes.indexOf(`\n${line}`);
  if (found >= 0) return readRecords(bytes.subarray(found + 1));
  return bytes.indexOf(line) === 0 ? readRecords(bytes) : new Map();
}
