// The audits of files as text.
import { formatBytes } from "../../lib/reporter.ts";
import type { Audit, Severity } from "../../audit/report.ts";

const MARK: Record<Severity, string> = { error: "✗", warning: "!", note: "·" };

/** The findings of a file for the named places, one per line. */
export function describeFindings(audit: Audit): string {
  return audit.places
    .map(({ name, findings }) => {
      const mark = findings.some((found) => found.severity === "error") ? "✗" : "✓";
      const lines = findings.flatMap((found) => [
        `  ${MARK[found.severity]} ${found.rule}: ${found.message}`,
        ...(found.severity === "note" ? [] : [`    fix: ${found.fix}`]),
      ]);
      return [`${mark} ${audit.path} on ${name}: ${formatBytes(audit.bytes)}`, ...lines].join("\n");
    })
    .join("\n");
}

/** The boards that a file runs on, and why it does not run on the others. */
export function describeBoards(audit: Audit): string {
  const errorsOf = (findings: Audit["places"][number]["findings"]) => findings.filter((found) => found.severity === "error");
  const good = audit.places.filter(({ findings }) => errorsOf(findings).length === 0).map(({ name }) => name);
  const bad = audit.places
    .map(({ name, findings }) => ({ name, errors: errorsOf(findings) }))
    .filter(({ errors }) => errors.length > 0 && errors[0]?.rule !== "file/architecture");
  const kind = audit.facts ? `${audit.facts.arch} ${audit.facts.libc ?? "no C library"}, ${formatBytes(audit.bytes)}` : "not an ELF file";
  return [
    `${good.length > 0 ? "✓" : "✗"} ${audit.path}: ${kind}; runs on ${good.join(", ") || "no known board"}`,
    ...bad.map(({ name, errors }) => `  ✗ ${name}: ${errors.map((found) => `${found.rule}: ${found.message}`).join("; ")}`),
  ].join("\n");
}
