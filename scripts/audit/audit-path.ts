// Audits what one path holds: a file or those of an archive, and what is packed in them.
import { findPacked } from "./packed.ts";
import { finding } from "./judge.ts";
import type { Audit, Finding } from "./report.ts";
import { auditFile } from "./audit.ts";
import { readInput, type AuditInput } from "./audit-inputs.ts";
import type { Place } from "./place.ts";

/** Yields one audit a file; a file that is packed in another follows it. */
export async function* auditPath(path: string, places: Place[]): AsyncGenerator<Audit> {
  for await (const input of readInput(path)) yield* auditWithPacked(input, places);
}

async function* auditWithPacked(input: AuditInput, places: Place[]): AsyncGenerator<Audit> {
  const audit = await auditFile(input, places);
  if (!audit.facts) {
    yield audit;
    return;
  }
  const packed = findPacked(input.bytes).map((one) => ({ ...one, path: `${input.path}!/packed at 0x${one.offset.toString(16)}` }));
  const notes = packed.map(({ format, path, bytes, reason }) =>
    bytes
      ? finding("file/packed", `it unpacks another file at run time (${format}), which is audited as ${path}`)
      : finding("file/packed", `it unpacks another file at run time (${format}), which was not audited: ${reason}`, {
          severity: "warning",
        }),
  );
  yield addFindings(audit, notes);
  for (const { path, bytes } of packed) if (bytes) yield auditFile({ path, bytes }, places);
}

/** With findings for each place that the file is for. */
function addFindings(audit: Audit, more: Finding[]): Audit {
  const places = audit.places.map(({ name, findings }) =>
    findings.some((found) => found.rule === "file/architecture") ? { name, findings } : { name, findings: [...findings, ...more] },
  );
  return { ...audit, places };
}
