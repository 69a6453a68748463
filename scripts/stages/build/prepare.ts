// Makes a checkout ready for what another machine built into dist/, as jobs of CI are.
import { chmod, glob } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "../../model/project.ts";
import { prepareOnce } from "./build.ts";
import type { Context } from "../context.ts";
import { prepareSteps } from "../plan/plan.ts";

/** Runs the project's prepare command, and gives programs of the targets the execute bit, which artifacts of GitHub lose. */
export async function prepareProject(project: Project, context: Context): Promise<void> {
  for (const step of prepareSteps(project)) await prepareOnce(step, project, context);
  const cwd = join(project.folder, "dist");
  for await (const file of glob(["*/smoke/probe", "*/smoke/tests/*"], { cwd })) await chmod(join(cwd, file), 0o755);
}
