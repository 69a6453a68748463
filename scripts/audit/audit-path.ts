// Audits the file at a path, or the files of an archive.
import type { Audit } from "./report.ts";
import { auditWithPacked } from "./audit.ts";
import { readInput } from "./audit-inputs.ts";
import type { Place } from "./place.ts";

/** Yields one audit per file; a file that is packed in another one follows it. */
export async function* auditPath(path: string, places: Place[]): AsyncGenerator<Audit> {
  for await (const input of readInput(path)) yield* auditWithPacked(input, places);
}
