// The ranges and the texts of crates/grid-cache: src/limits.rs, src/ttl.rs and src/error.rs.
import { ArgumentError, LimitError } from "../../errors.ts";
import type { StoreOptions, StoreTtl, ValueIn } from "../store.ts";

/** Bytes that each entry counts in addition to its key and value, as in the addon: one cap evicts the same entries in both. */
const ENTRY_OVERHEAD = 80;
/** The deadline and TTL of an entry that does not expire. */
export const NEVER: number = Infinity;
/** The longest TTL: 100 years, in microseconds. */
const LONGEST_TTL = 100 * 365_250 * 24 * 3600 * 1000;

/** The caps of a cache. */
export interface Limits {
  maxEntries: number;
  maxBytes: number;
}

/** The options of a cache. Times are in microseconds. */
export interface Settings extends Limits {
  ttl: number;
  sliding: boolean;
  keep: boolean;
}

const RANGES = {
  maxEntries: { name: "entry cap", lowest: 1, highest: 2 ** 31 - 1, usual: 10_000 },
  maxBytes: { name: "byte cap", lowest: ENTRY_OVERHEAD, highest: Number.MAX_SAFE_INTEGER, usual: 8 * 1024 * 1024 },
} as const;

/** Checked options, with defaults for those left out. */
export function settingsOf({ maxEntries, maxBytes, ttl, sliding, keep }: StoreOptions): Settings {
  return {
    maxEntries: checkCap("maxEntries", maxEntries ?? RANGES.maxEntries.usual),
    maxBytes: checkCap("maxBytes", maxBytes ?? RANGES.maxBytes.usual),
    ttl: microsOf(ttl) ?? NEVER,
    sliding: sliding ?? false,
    keep: keep ?? false,
  };
}

/** A cap within its range; the lowest cap holds one entry. */
export function checkCap(limit: keyof Limits, given: number): number {
  const { name, lowest, highest, usual } = RANGES[limit];
  if (Number.isInteger(given) && given >= lowest && given <= highest) return given;
  throw new ArgumentError(
    `the ${name} must be a whole number from ${lowest} to ${highest}, not ${numberText(given)}: leave it out for the default of ${usual}`,
  );
}

/** A TTL in microseconds, rounded up; undefined for that of the cache. */
export function microsOf(ttl: StoreTtl): number | undefined {
  if (ttl === undefined) return undefined;
  if (ttl === false) return NEVER;
  const micros = Math.ceil(ttl * 1000);
  if (ttl > 0 && micros <= LONGEST_TTL) return Math.max(micros, 1);
  throw new ArgumentError(
    `the TTL must be more than 0 and at most ${LONGEST_TTL / 1000} milliseconds (100 years), not ${numberText(ttl)}: leave it out for an entry that does not expire`,
  );
}

/** Refuses the first given option that differs from that of the open cache. */
export function checkSameOptions(name: string, has: Settings, asked: StoreOptions): void {
  const options: [option: string, existing: string, asked: string | undefined][] = [
    [RANGES.maxEntries.name, String(has.maxEntries), asked.maxEntries?.toString()],
    [RANGES.maxBytes.name, String(has.maxBytes), asked.maxBytes?.toString()],
    ["TTL", ttlText(has.ttl), asked.ttl === undefined ? undefined : ttlText(microsOf(asked.ttl) ?? NEVER)],
    ["sliding TTL", String(has.sliding), asked.sliding?.toString()],
    ["keep", String(has.keep), asked.keep?.toString()],
  ];
  const differing = options.find(([, existing, given]) => given !== undefined && given !== existing);
  if (!differing) return;
  const [option, existing, given] = differing;
  throw new ArgumentError(
    `the cache ${JSON.stringify(name)} is already open with ${option} ${existing}, and this call asks for ${given}: open it with the same options, leave them out to take it as it is, or choose another name`,
  );
}

/** The bytes that an entry counts. */
export function costOf(key: string, value: ValueIn): number {
  const valueBytes = typeof value === "string" ? Buffer.byteLength(value) : value.byteLength;
  return Buffer.byteLength(key) + valueBytes + ENTRY_OVERHEAD;
}

/** The error for an entry that is larger than the cache. */
export function tooLarge(needed: number, maxBytes: number): LimitError {
  return new LimitError(
    `the entry needs ${needed} bytes (key, value and ${ENTRY_OVERHEAD} of overhead) and the cache holds ${maxBytes} at most: store less under this key, or raise the byte cap`,
  );
}

function ttlText(micros: number): string {
  return micros === NEVER ? "none" : `${micros / 1000} ms`;
}

/** A number as the addon writes it. */
function numberText(number: number): string {
  return Number.isFinite(number) && Math.abs(number) >= 1e18 ? number.toExponential().replace("+", "") : String(number);
}
