// Rules against files and places -> findings. Pure.
import type { Place } from "./place.ts";
import type { Audit, Finding } from "./report.ts";
import { rules } from "./rules/index.ts";
import type { Reported, Rule } from "./rules/rule.ts";
import type { NotElf, Subject } from "./subject.ts";

export type ElfAudit = Audit & Required<Pick<Audit, "facts" | "nodeApi">>;

const RULES = Object.values(rules);

/** The audit of an ELF file. */
export function auditSubject(subject: Subject, places: Place[]): ElfAudit {
  const { path, byteCount, facts, nodeApi, code } = subject;
  const judged = places.map((place) => ({ name: place.name, findings: judge(subject, place) }));
  return { path, bytes: byteCount, facts, nodeApi, ...(code ? { code } : {}), places: judged };
}

/** The audit of a file that is not an ELF file. */
export function auditNotElf(file: NotElf, places: Place[]): Audit {
  const findings = RULES.flatMap((rule) => (rule.checkNotElf?.(file) ?? []).map((reported) => toFinding(rule, reported)));
  return { path: file.path, bytes: file.bytes.length, places: places.map(({ name }) => ({ name, findings })) };
}

/** The findings of all rules in the order of the report. */
export function judge(subject: Subject, place: Place): Finding[] {
  const isSameArchitecture = subject.facts.arch === place.arch && subject.facts.bits === place.bits;
  return RULES.filter(({ everyArchitecture }) => isSameArchitecture || everyArchitecture)
    .flatMap((rule) => rule.check(subject, place).map((reported) => ({ rule, reported })))
    .toSorted((one, other) => one.rule.order - other.rule.order || (one.reported.rank ?? 0) - (other.reported.rank ?? 0))
    .map(({ rule, reported }) => allow(toFinding(rule, reported), place));
}

function toFinding({ id, severity, fix }: Rule, { message, rank: _rank, ...more }: Reported): Finding {
  return { rule: id, severity, message, fix, ...more };
}

/** Makes an error of an allowed rule a warning. */
function allow(found: Finding, { allowed = [] }: Place): Finding {
  return found.severity === "error" && allowed.includes(found.rule) ? { ...found, severity: "warning" } : found;
}
