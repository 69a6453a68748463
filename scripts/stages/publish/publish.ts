// The stage publish: dist/npm and dist/pypi -> registries. All of them are checked before anything is published in one.
import { existsSync } from "node:fs";
import { BoardkitError } from "../../lib/errors.ts";
import { packagesFolder, pythonPackagesFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { registryNames, type Publication, type RegistryName } from "../../model/report/publication.ts";
import type { Context } from "../context.ts";
import type { Request, Stage } from "../stage.ts";
import { checkNpm } from "./npm.ts";
import { checkPypi, PYPI } from "./pypi.ts";

export const publish = {
  name: "publish",
  tools: ({ project, request }) => {
    const names = registriesOf(project, request);
    return { programs: names.includes("npm") ? ["npm"] : [], items: names.includes("pypi") ? ["uv"] : [] };
  },
  run: async ({ project, request }, context) => {
    await publishAll(project, request, context);
    return {};
  },
} as const satisfies Stage;

/** Checks all registries of a request, then publishes to one after another. */
export async function publishAll(project: Project, request: Request, context: Context): Promise<void> {
  const publications: Publication[] = [];
  for (const name of registriesOf(project, request)) {
    if (name === "npm") publications.push(await checkNpm(project, request.npmOptions ?? [], context));
    else publications.push(await checkPypi(project, request.publish?.pypi ?? PYPI, context));
  }
  if (request.publish?.dryRun) return;
  for (const publication of publications) await publication();
}

/** The registries that the request names, else those of the packed packages. */
function registriesOf({ folder }: Project, { publish: options }: Request): RegistryName[] {
  const folders = { npm: packagesFolder(folder), pypi: pythonPackagesFolder(folder) };
  const named = options?.registries ?? [];
  const chosen =
    named.length > 0 ? registryNames.filter((name) => named.includes(name)) : registryNames.filter((name) => existsSync(folders[name]));
  if (chosen.length > 0) return chosen;
  throw new BoardkitError("nothing is packed", { code: "NOT_PACKED", exit: "usage", place: folder, fix: "run: boardkit package" });
}
