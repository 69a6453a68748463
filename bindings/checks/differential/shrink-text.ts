// Shortens a source that shows something: leaves out parts, large ones first.
import { tokensOf } from "../opa/tokens.ts";

/** Leaves out lines, then tokens, as long as `shows` is true; tries at most `most` texts. */
export async function shrinkText(text: string, most: number, shows: (text: string) => Promise<boolean>): Promise<string> {
  let tries = 0;
  const attempt = async (shorter: string) => {
    tries += 1;
    return tries <= most && (await shows(shorter));
  };
  const lines = await leaveOut(text.split(/(?<=\n)/), attempt);
  const tokens = await leaveOut(tokensOf(lines.join("")), attempt);
  return tokens.join("");
}

async function leaveOut(parts: string[], attempt: (text: string) => Promise<boolean>): Promise<string[]> {
  let left = parts;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < left.length;) {
      const shorter = left.toSpliced(at, size);
      if (shorter.length < left.length && (await attempt(shorter.join("")))) left = shorter;
      else at += size;
    }
  return left;
}
