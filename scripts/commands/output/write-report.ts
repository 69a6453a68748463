// Writes the page of a report, and adds its tables to the job summary in GitHub Actions.
import { writeWhole } from "../../lib/whole-file.ts";
import type { DistReport } from "../../model/report/dist-report.ts";
import { renderReport } from "./html/report-page.ts";
import { addToJobSummary, summariseReport } from "./summary.ts";

/** Writes the page; returns the line that names it. */
export async function writeReport(
  report: DistReport,
  earlier: DistReport | undefined,
  path: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  await writeWhole(path, renderReport(report, earlier));
  await addToJobSummary(env, () => summariseReport(report, earlier));
  return `report: ${path}`;
}
