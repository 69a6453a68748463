// The differences between a package and the same package built again. Pure.
import type { Difference } from "../../model/report/verify-report.ts";
import { hashBytes } from "../../lib/hash.ts";

export type Files = ReadonlyMap<string, Uint8Array>;

/** Maximum lines of details for one file. */
const MAX_DETAILS = 8;

/** The files that differ, sorted by name. */
export function compareFiles(given: Files, rebuilt: Files): Difference[] {
  return [...new Set([...given.keys(), ...rebuilt.keys()])].toSorted().flatMap((file): Difference[] => {
    const [before, after] = [given.get(file), rebuilt.get(file)];
    if (before && after && Buffer.compare(before, after) === 0) return [];
    return [
      {
        file,
        ...(before ? { given: describe(before) } : {}),
        ...(after ? { rebuilt: describe(after) } : {}),
        details: before && after ? detailsOf(file, before, after) : [before ? "only in the package" : "only in the package built again"],
      },
    ];
  });
}

/** The difference of archives whose files are the same. */
export function archiveDifference(rebuilt: { bytes: number; sha256: string }, given: Uint8Array | undefined): Difference {
  return {
    file: "the archive itself",
    ...(given ? { given: describe(given) } : {}),
    rebuilt: { bytes: rebuilt.bytes, sha256: rebuilt.sha256 },
    details: ["its files are the same, but their order, modes, times or compression differ"],
  };
}

const describe = (bytes: Uint8Array) => ({ bytes: bytes.length, sha256: hashBytes(bytes) });

function detailsOf(file: string, before: Uint8Array, after: Uint8Array): string[] {
  const lines = file.endsWith(".json") ? jsonDetails(before, after) : undefined;
  if (!lines || lines.length === 0) return [byteDetails(before, after)];
  return lines.length > MAX_DETAILS ? [...lines.slice(0, MAX_DETAILS), `and ${lines.length - MAX_DETAILS} more`] : lines;
}

function byteDetails(before: Uint8Array, after: Uint8Array): string {
  const shared = Math.min(before.length, after.length);
  let first = 0;
  while (first < shared && before[first] === after[first]) first += 1;
  if (before.length !== after.length)
    return `${before.length} bytes in the package, ${after.length} built again; the first difference at ${first}`;
  let count = 0;
  for (let at = first; at < shared; at += 1) if (before[at] !== after[at]) count += 1;
  return `${count} of ${before.length} bytes, the first at ${first}`;
}

/** The values that differ, by their path; undefined if one file is not JSON. */
function jsonDetails(before: Uint8Array, after: Uint8Array): string[] | undefined {
  try {
    return valueDetails("", JSON.parse(Buffer.from(before).toString()), JSON.parse(Buffer.from(after).toString()));
  } catch {
    return undefined; // then the bytes are compared
  }
}

function valueDetails(path: string, before: unknown, after: unknown): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isContainer(before) && isContainer(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const inner = keys.flatMap((key) => valueDetails(path === "" ? key : `${path}.${key}`, before[key], after[key]));
    return inner.length > 0 ? inner : [`${path || "the keys"}: another order`];
  }
  return [`${path}: ${JSON.stringify(before) ?? "absent"} in the package, ${JSON.stringify(after) ?? "absent"} built again`];
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
