// The report of a project's dist/.
import { distFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { selectTriples, targetsOfProject, type Registry } from "../../model/registry.ts";
import type { DistReport } from "../../model/report/dist-report.ts";
import { readDist } from "./read-dist.ts";

/** Reads the report of a project. */
export function readReport(project: Project, registry: Registry, now: Date): Promise<DistReport> {
  const { folder, name, version } = project;
  // Like a build: a project that names no targets has all.
  const targets = selectTriples(registry, targetsOfProject(registry, project)).map(({ triple }) => triple);
  return readDist(distFolder(folder), { name, version, targets }, now);
}
