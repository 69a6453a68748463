// Writes the page of a report, and adds its tables to the job summary in GitHub Actions.
import { join } from "node:path";
import { writeWhole } from "../../lib/whole-file.ts";
import { distFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import type { DistReport } from "../../model/report/dist-report.ts";
import { readReport } from "../../stages/report/report.ts";
import type { Edge } from "../command.ts";
import { renderReport } from "./html/report-page.ts";
import { addToJobSummary } from "./markdown.ts";
import { summariseReport } from "./summary.ts";

/** The page of a project's report, unless another file is named. */
export function reportFile(project: Project): string {
  return join(distFolder(project.folder), "report.html");
}

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

/** Reads the project's dist/ and writes its page. */
export async function writeProjectReport(project: Project, { env, loadRegistry }: Edge): Promise<string> {
  return writeReport(await readReport(project, loadRegistry(), new Date()), undefined, reportFile(project), env);
}
