// Audits a release against the machine that it is for. What would not run there is refused before anything is sent.
import { auditApp } from "../../../audit/app/audit-app.ts";
import { addRefusals } from "../../../audit/app/merge.ts";
import type { AppProblem, AppReport } from "../../../audit/app/report.ts";
import type { Place } from "../../../audit/place.ts";
import { BoardkitError } from "../../../lib/errors.ts";
import type { Context } from "../../context.ts";
import { auditOptionsOf, showAudit } from "../../fetch-app/audit-options.ts";
import type { Modules } from "./modules.ts";

export type AuditedRelease = {
  /** Addons that the program needs, for the trial load. */
  addons: string[];
  warnings: string[];
};

/** Audits the files of a release in a folder; `program` is the path in it of a program that the service runs. */
export async function auditRelease(
  folder: string,
  place: Place,
  { refused, program }: { refused: Modules["refused"]; program: string | undefined },
  context: Context,
): Promise<AuditedRelease> {
  const options = await auditOptionsOf(context);
  const report = await showAudit(context.reporter, `release for ${place.name}`, (onFile) =>
    auditApp(folder, [place], { ...options, onFile }),
  );
  const { packages } = addRefusals(report, refused, [place.name]);
  const problems = packages.flatMap(({ name, version, places }) =>
    places.flatMap((one) =>
      one.problems.map((problem) => ({ ...problem, name: `${name} ${version}`, severity: severityOf(problem, program) })),
    ),
  );
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw refuse(errors, place);
  return {
    addons: [...new Set(packages.filter(({ optional }) => !optional).flatMap(addonsOf))].toSorted(),
    warnings: problems.map(({ name, text }) => `${name} ${text}`),
  };
}

/** The service runs the program in any case: that a package may have another one does not count for it. */
function severityOf({ severity, rule, file }: AppProblem, program: string | undefined): AppProblem["severity"] {
  return rule === "file/architecture" && file !== undefined && file === program ? "error" : severity;
}

/** One addon of each package: a package may bring several for one purpose, of which its code chooses. */
function addonsOf({ places }: AppReport["packages"][number]): string[] {
  const addons = places.flatMap(({ files }) => files.filter((path) => path.endsWith(".node")));
  return addons.length === 1 ? addons : [];
}

function refuse(errors: (AppProblem & { name: string })[], place: Place): BoardkitError {
  const advice = new Set(errors.flatMap((one) => one.advice ?? []));
  return new BoardkitError(`the release would not run on ${place.name}; nothing was sent`, {
    code: "AUDIT_FAILED",
    tail: errors.map(({ name, text }) => `${name} ${text}`).join("\n"),
    fix: [...advice, "`boardkit audit . --host <host>` says more"].join("\n"),
  });
}
