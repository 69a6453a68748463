// Boardkit as a library: the audit.
import { auditAll } from "./audit/audit-all.ts";
import { listInputs } from "./audit/audit-inputs.ts";
import type { Where } from "./audit/place.ts";
import type { Audit } from "./audit/report.ts";
import { loadCompiledRegistry } from "./model/compiled-registry.ts";
import { placesOf } from "./model/place.ts";

export type { Audit, CodeFacts, ElfFacts, FeatureUse, Finding, NodeApiFacts } from "./audit/report.ts";
export type { Where } from "./audit/place.ts";

export type AuditOptions = Where & {
  /** Folder where relative paths start; the working directory if it is left out. */
  cwd?: string;
  /** Files that are audited at a time; 1 if it is left out. */
  jobs?: number;
  /** Ends the audit. */
  signal?: AbortSignal;
};

/**
 * Audits files, folders and archives for one board, for one target, or for every board. Yields one audit per file, in the order of the files;
 * files inside an archive, and files that are packed in another, count as files.
 *
 * Throws an error with `code` and `details.fix`: `NO_INPUT` for a path that does not exist, `BOARD_UNKNOWN`, `TARGET_UNKNOWN`, `BAD_ARCHIVE`.
 */
export async function* audit(paths: string[], options: AuditOptions = {}): AsyncGenerator<Audit> {
  const { cwd = process.cwd(), jobs = 1, signal = new AbortController().signal, ...where } = options;
  const places = placesOf(loadCompiledRegistry(), where);
  yield* auditAll(await listInputs(paths, cwd), places, { jobs, signal });
}
