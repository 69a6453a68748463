// The loader for development, in the folder from which the package's code imports it. Its table has the floors of the targets.
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { Project } from "../../model/project.ts";
import { getArchitecture, getCpu } from "../../model/registry.ts";
import { otherBuilds } from "../../tools/rust/napi.ts";
import type { Context } from "../context.ts";
import { chooseTargets, othersOf } from "../plan/choose.ts";
import type { Request } from "../stage.ts";
import { writeLoader } from "./root.ts";
import { buildOf } from "./table.ts";

/** Writes the loader of a project; returns its folder. */
export async function writeProjectLoader(project: Project, request: Request, context: Context): Promise<string> {
  const { loader } = project.settings;
  if (loader === undefined) {
    throw new BoardkitError(`${project.name} names no folder for its loader`, {
      code: "NO_LOADER",
      exit: "usage",
      place: join(project.folder, "package.json"),
      fix: 'add "boardkit": {"loader": "<folder>"}; a package without its own code does not need it, since `boardkit package` writes the loader',
    });
  }
  const targets = chooseTargets(project, request, context);
  const builds = targets.map((target) =>
    buildOf(project, {
      target,
      architecture: getArchitecture(context.registry, target.arch),
      cpu: getCpu(context.registry, target.cpu.lowest),
    }),
  );
  await writeLoader(project, [...builds, ...(await otherBuilds(project, othersOf(project, context)))], project.addonFolder);
  return join(project.addonFolder, loader);
}
