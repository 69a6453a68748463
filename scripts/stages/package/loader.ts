// The loader in the folder where a package's own code imports it, for development: with a table of what the targets promise.
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
    throw new BoardkitError(`${project.name} does not say where its code looks for the loader`, {
      code: "NO_LOADER",
      exit: "usage",
      place: join(project.folder, "package.json"),
      fix: 'add "boardkit": {"loader": "<folder>"}; a package without code of its own needs none: `boardkit package` writes it',
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
