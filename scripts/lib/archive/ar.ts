// The ar format of Debian packages: a magic line, then members with a header of 60 bytes each (ar(5)).

const MAGIC = "!<arch>\n";
const HEADER = 60;

/** Whether bytes are an ar archive. */
export function isAr(bytes: Uint8Array): boolean {
  return textAt(bytes, 0, MAGIC.length) === MAGIC;
}

/** The members of an ar archive; a truncated archive is a RangeError. */
export function parseAr(bytes: Uint8Array): { name: string; bytes: Uint8Array }[] {
  const members: { name: string; bytes: Uint8Array }[] = [];
  for (let at = MAGIC.length; at + HEADER <= bytes.length;) {
    const start = at + HEADER;
    const size = textAt(bytes, at + 48, 10).trim();
    const end = start + Number(size);
    if (textAt(bytes, at + 58, 2) !== "`\n" || !/^\d+$/.test(size) || end > bytes.length)
      throw new RangeError(`the ar member at ${at} is broken or cut off`);
    // GNU's ar ends a name with a slash, Debian's does not.
    members.push({ name: textAt(bytes, at, 16).trim().replace(/\/$/, ""), bytes: bytes.subarray(start, end) });
    at = end + (end % 2);
  }
  return members;
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.subarray(at, at + length)).toString("latin1");
}
