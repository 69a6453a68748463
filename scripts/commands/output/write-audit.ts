// The page of an audit, and its table in the job summary of GitHub Actions. The modules are loaded only if one of them is asked for.
import { writeWhole } from "../../lib/whole-file.ts";
import type { AuditResults } from "./html/audit-page.ts";

/** Writes the page if there is a path; returns the line that names it. */
export async function writeAudit(results: AuditResults, path: string | undefined, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (path !== undefined) {
    const { renderAudit } = await import("./html/audit-page.ts");
    await writeWhole(path, renderAudit(results, new Date()));
  }
  if (env.GITHUB_STEP_SUMMARY) {
    const { addToJobSummary } = await import("./markdown.ts");
    const { summariseAudit } = await import("./audit-summary.ts");
    await addToJobSummary(env, () => summariseAudit(results));
  }
  return path === undefined ? undefined : `report: ${path}`;
}
