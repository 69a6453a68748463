// The project's prepare command. The build runs it, and so do later stages if another machine has built.
import { join } from "node:path";
import { readJsonFile, writeJsonFile } from "../../lib/json-file.ts";
import type { StepRecord } from "../../model/report/manifest.ts";
import { distFolder } from "../../model/names.ts";
import type { Step } from "../../model/plan.ts";
import type { Project } from "../../model/project.ts";
import type { Context } from "../context.ts";
import { prepareSteps } from "../plan/plan.ts";
import { runStep } from "./run-step.ts";

/** Runs the project's steps unless nothing has changed; their records are beside the targets' folders. */
export async function prepare(steps: Step[], { name, folder }: Pick<Project, "name" | "folder">, context: Context): Promise<void> {
  const dist = distFolder(folder);
  for (const step of steps) {
    const file = join(dist, `${step.id}.json`);
    const previous = (await readJsonFile(file)) as StepRecord | undefined;
    await writeJsonFile(file, await runStep(step, previous, name, { key: "", of: "", logs: join(dist, "logs") }, context));
  }
}

/** Runs the prepare command of a project for a stage after the build. */
export function prepareProject(project: Project, context: Context): Promise<void> {
  return prepare(prepareSteps(project), project, context);
}
