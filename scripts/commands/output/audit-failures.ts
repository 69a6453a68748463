// The errors that end `boardkit audit` with exit code 1.
import type { AppReport } from "../../audit/app/report.ts";
import type { Audit, Severity } from "../../audit/report.ts";
import { BoardkitError } from "../../lib/errors.ts";

/** With named boards one failure is enough; without, a package fails that runs nowhere. */
export function failOnApps(apps: AppReport[], failOn: "error" | "warning", named: boolean): void {
  const isBad = ({ verdict }: { verdict: string }) => verdict === "fails" || (failOn === "warning" && verdict === "warning");
  const all = apps.flatMap(({ packages }) => packages);
  const bad = all.filter(({ places }) => (named ? places.some(isBad) : places.every(isBad)));
  if (bad.length === 0) return;
  throw new BoardkitError(
    `${bad.length} of ${all.length} packages ${named ? "would not run on a chosen board or target" : "run on no known board"}: ${bad.map(({ name }) => name).join(", ")}`,
    { code: "AUDIT_FAILED", fix: "the lines below each package say why" },
  );
}

/** The same for files. */
export async function failOnFindings(audits: Audit[], failOn: "error" | "warning", named: boolean): Promise<void> {
  const counts = (severity: Severity) => severity === "error" || (failOn === "warning" && severity === "warning");
  const isBad = ({ places }: Audit) => {
    const bad = places.map(({ findings }) => findings.some((found) => counts(found.severity)));
    return named ? bad.some(Boolean) : bad.every(Boolean);
  };
  const bad = audits.filter(isBad);
  if (bad.length === 0) return;
  const { rules } = await import("../../audit/rules/index.ts");
  const ids = new Set(bad.flatMap(({ places }) => places.flatMap(({ findings }) => findings.map((found) => found.rule))));
  throw new BoardkitError(
    `${bad.length} of ${audits.length} files ${named ? "would not run on the chosen board or target" : "run on no known board"}`,
    {
      code: "AUDIT_FAILED",
      tail: bad.map(({ path }) => path).join("\n"),
      fix: [...ids]
        .filter((id) => counts(rules[id].severity))
        .map((id) => `${id}: ${rules[id].link}`)
        .join("\n"),
    },
  );
}
