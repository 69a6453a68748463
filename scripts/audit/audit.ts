// Audits files: what they are, and for each place what would not work there. The parts that do it are loaded with the first file: most
// commands audit nothing, and `generate` has to start while the list of rules names a file that is gone.
import type { AuditInput } from "./audit-inputs.ts";
import type { ElfAudit } from "./judge.ts";
import type { Place } from "./place.ts";
import type { Audit } from "./report.ts";
import type { NotElf, PackedFile, Subject } from "./subject.ts";

export type { ElfAudit };

/** Audits an ELF file, its instructions too unless `structureOnly`; any other file is an error. */
export async function auditElf(input: AuditInput, places: Place[], structureOnly = false): Promise<ElfAudit> {
  const [{ inspectAddon }, { auditSubject }] = await Promise.all([import("./inspect.ts"), import("./judge.ts")]);
  return auditSubject(await inspectAddon(input, structureOnly), places);
}

/** Audits one file; a file that is not ELF has that finding. */
export async function auditFile(input: AuditInput, places: Place[]): Promise<Audit> {
  const { inspectFile } = await import("./inspect.ts");
  return auditInspected(await inspectFile(input), places);
}

/** Audits one file, then each file that is packed in it. */
export async function* auditWithPacked(input: AuditInput, places: Place[]): AsyncGenerator<Audit> {
  const [{ inspectFile }, { findPacked }] = await Promise.all([import("./inspect.ts"), import("./packed.ts")]);
  const subject = await inspectFile(input);
  const found = "facts" in subject ? findPacked(input.bytes) : [];
  const packed: PackedFile[] = found.map((one) => ({ ...one, path: `${input.path}!/packed at 0x${one.offset.toString(16)}` }));
  yield auditInspected("facts" in subject ? { ...subject, packed } : subject, places);
  for (const { path, bytes } of packed) if (bytes) yield auditFile({ path, bytes }, places);
}

async function auditInspected(file: Subject | NotElf, places: Place[]): Promise<Audit> {
  const { auditNotElf, auditSubject } = await import("./judge.ts");
  return "facts" in file ? auditSubject(file, places) : auditNotElf(file, places);
}
