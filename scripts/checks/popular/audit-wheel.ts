// Audits an unpacked wheel: all of its libraries and programs, since Python may import any of them.
import { basename } from "node:path";
import type { AuditAppOptions } from "../../audit/app/audit-app.ts";
import { inspectFiles } from "../../audit/app/inspect-files.ts";
import { readNativeFiles } from "../../audit/app/read-package.ts";
import { findProblems } from "../../audit/app/verdict.ts";
import type { Place } from "../../audit/place.ts";
import type { Prediction } from "./predict.ts";

/** The prediction for each place. */
export async function auditWheel(folder: string, places: Place[], options: AuditAppOptions): Promise<Prediction[]> {
  const { libraries, programs } = await readNativeFiles(folder, []);
  const files = [...libraries, ...programs];
  const inspected = await inspectFiles(files, options);
  const brought = new Set(libraries.map(({ path }) => basename(path)));
  return places.map((place) => {
    const problems = files.flatMap(({ path, inside }) =>
      findProblems({ path: inside, inspected: inspected.get(path)!, brought, defined: new Set() }, place, options.featureNames),
    );
    const isError = problems.some(({ severity }) => severity === "error");
    return { verdict: isError ? "fails" : problems.length > 0 ? "warning" : "runs", problems };
  });
}
