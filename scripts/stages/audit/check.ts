// Audits a file against its target; an error ends the build, or refuses the file.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { AuditInput } from "../../audit/audit-inputs.ts";
import { auditElf, type ElfAudit } from "../../audit/audit.ts";
import type { Place } from "../../audit/place.ts";

export type CheckOptions = {
  /** Exit of an error: `failed` for a built file, `usage` for a file that the user names. */
  exit?: "failed" | "usage";
  /** Skip the instructions, because a run follows. */
  structureOnly?: boolean;
};

/** Audits a file for its target; throws one error with all findings of severity error. */
export async function checkArtifact(path: string, place: Place, options: CheckOptions = {}): Promise<ElfAudit> {
  return checkInput({ path, bytes: await readFile(path) }, place, options);
}

/** Audits a file that may be in an archive. */
export async function checkInput({ path, bytes }: AuditInput, place: Place, options: CheckOptions = {}): Promise<ElfAudit> {
  const { exit = "failed", structureOnly = false } = options;
  const [archive, inside] = path.split("!/");
  const name = [basename(archive!), ...(inside ? [inside] : [])].join("!/");
  const audit = await auditElf({ path: name, bytes }, [place], structureOnly);
  const errors = audit.places.flatMap(({ findings }) => findings).filter((found) => found.severity === "error");
  if (errors.length === 0) return audit;
  throw new BoardkitError(`${name} does not fit ${place.name}: ${errors.map((found) => found.message).join("; ")}`, {
    code: "ARTIFACT_UNFIT",
    exit,
    place: path,
    fix: [
      ...new Set(errors.map((found) => `${found.rule}: ${found.fix}`)),
      'or, to allow it, name the rule in "allow" of the boardkit field in package.json',
    ].join("\n"),
  });
}
