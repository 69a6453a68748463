// What differs between a package and the one that was built again. Pure.
import type { Difference } from "../../model/report/verify-report.ts";
import { hashBytes } from "../../lib/hash.ts";

export type Files = ReadonlyMap<string, Uint8Array>;

/** Most lines of details for one file. */
const MOST_DETAILS = 8;

/** The files that differ, sorted by name. */
export function compareFiles(given: Files, rebuilt: Files): Difference[] {
  return [...new Set([...given.keys(), ...rebuilt.keys()])].toSorted().flatMap((file): Difference[] => {
    const [one, other] = [given.get(file), rebuilt.get(file)];
    if (one && other && Buffer.compare(one, other) === 0) return [];
    return [
      {
        file,
        ...(one ? { given: describe(one) } : {}),
        ...(other ? { rebuilt: describe(other) } : {}),
        details: one && other ? detailsOf(file, one, other) : [one ? "only in the package" : "only in what was built again"],
      },
    ];
  });
}

const describe = (bytes: Uint8Array) => ({ bytes: bytes.length, sha256: hashBytes(bytes) });

function detailsOf(file: string, one: Uint8Array, other: Uint8Array): string[] {
  const lines = file.endsWith(".json") ? jsonDetails(one, other) : undefined;
  if (!lines || lines.length === 0) return [byteDetails(one, other)];
  return lines.length > MOST_DETAILS ? [...lines.slice(0, MOST_DETAILS), `and ${lines.length - MOST_DETAILS} more`] : lines;
}

function byteDetails(one: Uint8Array, other: Uint8Array): string {
  const shared = Math.min(one.length, other.length);
  let first = 0;
  while (first < shared && one[first] === other[first]) first += 1;
  if (one.length !== other.length)
    return `${one.length} bytes in the package, ${other.length} built again; the first difference at ${first}`;
  let count = 0;
  for (let at = first; at < shared; at += 1) if (one[at] !== other[at]) count += 1;
  return `${count} of ${one.length} bytes, the first at ${first}`;
}

/** The values that differ, by their path; undefined if one of them is no JSON. */
function jsonDetails(one: Uint8Array, other: Uint8Array): string[] | undefined {
  try {
    return valueDetails("", JSON.parse(Buffer.from(one).toString()), JSON.parse(Buffer.from(other).toString()));
  } catch {
    return undefined; // the bytes are compared then
  }
}

function valueDetails(path: string, one: unknown, other: unknown): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (isContainer(one) && isContainer(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    const inner = keys.flatMap((key) => valueDetails(path === "" ? key : `${path}.${key}`, one[key], other[key]));
    return inner.length > 0 ? inner : [`${path || "the keys"}: another order`];
  }
  return [`${path}: ${JSON.stringify(one) ?? "absent"} in the package, ${JSON.stringify(other) ?? "absent"} built again`];
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
