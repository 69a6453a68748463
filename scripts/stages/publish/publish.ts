// The stage publish: dist/npm, dist/pypi and crates -> registries. All of them are checked before anything is published in one.
import { existsSync } from "node:fs";
import { BoardkitError } from "../../lib/errors.ts";
import { packagesFolder, pythonPackagesFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { registryNames, type Publication, type RegistryName } from "../../model/report/publication.ts";
import type { Context } from "../context.ts";
import type { Request, Stage } from "../stage.ts";
import { checkCrates } from "./crates.ts";
import { checkNpm } from "./npm.ts";
import { checkPypi, PYPI } from "./pypi.ts";

export const publish = {
  name: "publish",
  tools: ({ project, request }) => {
    const names = registriesOf(project, request);
    const programs = [...(names.includes("npm") ? ["npm"] : []), ...(names.includes("crates") ? ["cargo"] : [])];
    return { programs, items: names.includes("pypi") ? ["uv"] : [] };
  },
  run: async ({ project, request }, context) => {
    await publishAll(project, request, context);
    return {};
  },
} as const satisfies Stage;

/** Checks all registries of a request, then publishes to one after another. */
export async function publishAll(project: Project, request: Request, context: Context): Promise<void> {
  const options = optionsOf(request);
  const publications: Publication[] = [];
  for (const name of registriesOf(project, request)) {
    if (name === "npm") publications.push(await checkNpm(project, request.npmOptions ?? [], context));
    else if (name === "crates") publications.push(await checkCrates(project, options.crates, context));
    else publications.push(await checkPypi(project, options.pypi ?? PYPI, context));
  }
  if (options.dryRun) return;
  for (const publication of publications) await publication();
}

function optionsOf({ publish: options }: Request): NonNullable<Request["publish"]> {
  if (!options) throw new TypeError("a publication without its options");
  return options;
}

/** The registries that the request names, else those of the packed packages and of the crates in the settings. */
function registriesOf({ folder, settings }: Project, request: Request): RegistryName[] {
  const has: Record<RegistryName, boolean> = {
    npm: existsSync(packagesFolder(folder)),
    pypi: existsSync(pythonPackagesFolder(folder)),
    crates: settings.crates.length > 0,
  };
  const named = optionsOf(request).registries;
  const chosen = registryNames.filter((name) => (named.length > 0 ? named.includes(name) : has[name]));
  if (chosen.length > 0) return chosen;
  throw new BoardkitError("nothing is packed", { code: "NOT_PACKED", exit: "usage", place: folder, fix: "run: boardkit package" });
}
