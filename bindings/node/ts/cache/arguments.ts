import { bytesArgument, choiceArgument, describe, isBytes, optionsArgument, textArgument } from "../arguments.ts";
import { ArgumentError } from "../errors.ts";
import { environmentProfile, optionProfile } from "../profile.ts";
import type { StoreOptions, StoreTtl, ValueIn } from "./store.ts";
import type { CacheEntry, CacheOptions, CachePolicy, SetOptions } from "./types.ts";

const OPTIONS = {
  maxEntries: "number",
  maxBytes: "number",
  policy: "string",
  ttlMs: "number or null",
  slidingTtl: "boolean",
  keep: "boolean",
  profile: "string",
} as const;
const POLICIES = ["lru", "s3fifo"] as const satisfies readonly CachePolicy[];
const SET_OPTIONS = { ttlMs: "number or null" } as const;

/** Checked options of a cache as a store takes them; the profile that they name fills in those left out. */
export function storeOptions(options: CacheOptions | undefined): StoreOptions {
  const { maxEntries, maxBytes, policy: name, ttlMs, slidingTtl, keep, profile } = optionsArgument(options, OPTIONS);
  const policy = name === undefined ? undefined : choiceArgument(name, POLICIES, "the policy");
  const given = { maxEntries, maxBytes, policy, ttl: storeTtl(ttlMs), sliding: slidingTtl, keep };
  return filledUp(given, optionProfile(profile)?.cache ?? {});
}

/** The options that GRID_PROFILE sets. */
export function defaultStoreOptions(): StoreOptions {
  return environmentProfile()?.cache ?? {};
}

/** Options, with defaults for those that are left out. */
export function filledUp(options: StoreOptions, defaults: StoreOptions): StoreOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}

/** A TTL as a store takes it. */
export function storeTtl(ttlMs: number | null | undefined): StoreTtl {
  return ttlMs === null ? false : ttlMs;
}

/** The TTL in the options of one entry. */
export function ttlOption(options: SetOptions | undefined): StoreTtl {
  return options === undefined ? undefined : storeTtl(optionsArgument(options, SET_OPTIONS).ttlMs);
}

/** Returns a key, checked. */
export function keyArgument(key: unknown): string {
  return textArgument(key, "the key");
}

/** Returns a value, checked. */
export function valueArgument(value: unknown): ValueIn {
  // Most values are text, and need one check only.
  return typeof value !== "string" && isBytes(value)
    ? bytesArgument(value, "a value")
    : textArgument(value, "a value that is not a Uint8Array");
}

/** Returns keys as a list, checked. */
export function keysArgument(keys: Iterable<string>): string[] {
  const list = listOf<unknown>(keys, "the keys");
  return list.map(keyArgument);
}

/** Entries, checked, as a store takes them. */
export function entriesArgument(entries: Iterable<CacheEntry>): {
  keys: string[];
  values: ValueIn[];
  ttls: (number | false | null)[] | undefined;
} {
  const list = listOf<CacheEntry>(entries, "the entries");
  const [keys, values, ttls]: [string[], ValueIn[], (number | false | null)[]] = [[], [], []];
  for (const entry of list) {
    if (!Array.isArray(entry)) throw new ArgumentError(`an entry must be [key, value] or [key, value, options]; got ${describe(entry)}`);
    const [key, value, options] = entry as CacheEntry;
    keys.push(keyArgument(key));
    values.push(value);
    ttls.push(ttlOption(options) ?? null);
  }
  // Last: a getter of a later entry could take the bytes of an earlier one away.
  values.forEach(valueArgument);
  return { keys, values, ttls: ttls.some((ttl) => ttl !== null) ? ttls : undefined };
}

/** Returns an argument that is a number, or throws an {@link ArgumentError} that names it; the caller checks its range. */
export function numberArgument(value: unknown, name: string): number {
  if (typeof value !== "number") throw new ArgumentError(`${name} must be a number; got ${describe(value)}`);
  return value;
}

/** A list of the items of an iterable object. A text is refused: its letters would be keys. */
function listOf<T>(items: Iterable<T>, name: string): T[] {
  const given: unknown = items;
  if (typeof given === "object" && given !== null && Symbol.iterator in given) return [...items];
  throw new ArgumentError(`${name} must be a list or another iterable object; got ${describe(given)}`);
}
