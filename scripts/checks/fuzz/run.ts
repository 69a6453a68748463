// Audits mutated ELF files: the result must be findings or facts, never a crash or a hang.
import { createHash } from "node:crypto";
import { auditFile } from "../../audit/audit.ts";
import type { Place } from "../../audit/place.ts";
import { randomOf } from "../fixtures/random.ts";

export type FuzzResult = { files: number; elf: number; slowestMilliseconds: number; failures: string[] };

/** The part that is mutated most: it has the headers, the dynamic segment and the symbol tables. */
const HEAD = 4096;

/** Audits `count` mutations of a file; the same seed gives the same mutations. */
export async function fuzzAudit(original: Uint8Array, places: Place[], count: number, seed: number): Promise<FuzzResult> {
  const random = randomOf(seed);
  const result: FuzzResult = { files: 0, elf: 0, slowestMilliseconds: 0, failures: [] };
  for (let index = 0; index < count; index += 1) {
    const bytes = mutate(original, random);
    const started = performance.now();
    try {
      if ((await auditFile({ path: "fuzzed.node", bytes }, places)).facts) result.elf += 1;
    } catch (error) {
      const id = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
      result.failures.push(`mutation ${index} of seed ${seed} (${id}): ${(error as Error).stack ?? String(error)}`);
    }
    result.files += 1;
    result.slowestMilliseconds = Math.max(result.slowestMilliseconds, performance.now() - started);
  }
  return result;
}

function mutate(original: Uint8Array, random: (limit: number) => number): Uint8Array {
  const bytes = Uint8Array.from(original);
  const view = new DataView(bytes.buffer);
  for (let left = 1 + random(6); left > 0; left -= 1) {
    const at = random(random(2) === 0 ? Math.min(HEAD, bytes.length) : bytes.length);
    const kind = random(5);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1 && at + 4 <= bytes.length) view.setUint32(at, [0, 1, 0x7fffffff, 0xffffffff, bytes.length][random(5)] ?? 0, true);
    else if (kind === 2) bytes.fill(0, at, at + random(64));
    else if (kind === 3) bytes.copyWithin(at, random(bytes.length), random(bytes.length));
    else if (left === 1) return bytes.subarray(0, at);
  }
  return bytes;
}
