import { availableParallelism } from "node:os";
import { Option } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { formatBytes, formatTable } from "../lib/reporter.ts";
import { distFolder } from "../model/names.ts";
import { readProject } from "../model/project.ts";
import type { PackageIndex } from "../model/report/package-index.ts";
import type { ReleaseFile } from "../model/report/release.ts";
import type { Context } from "../stages/context.ts";
import { runStages } from "../stages/pipeline.ts";
import { collectWheels, wheelTargets } from "../stages/pypi/collect.ts";
import { need, type Request } from "../stages/stage.ts";
import type { Define } from "./command.ts";
import { failTogether } from "./output/failures.ts";
import { createContext, jsonOption, print, readEpoch, requestOf, type SharedOptions, targetOption } from "./shared.ts";

type Options = Pick<SharedOptions, "target" | "json"> & { untested: boolean; binding?: "node" | "python" };

/** `boardkit package`: npm packages of the built addons, wheels and sdist of the Python package, and the files of a release. */
export const definePackage: Define = (command, edge) => {
  command
    .description(
      "pack the tested addons and the wheels. dist/npm gets a package per platform, and the root package with the loader; dist/pypi gets the wheels, built if they are missing, and the sdist; dist/release gets these packages, .deb, .ipk, .apk, an SBOM and SHA256SUMS",
    )
    .addOption(targetOption())
    .addOption(
      new Option("--binding <language>", "pack the addons for Node, or the wheels of the Python package; both by default").choices([
        "node",
        "python",
      ]),
    )
    .addOption(jsonOption())
    .option("--untested", "also pack addons that have passed no smoke run", false)
    .action(async (options: Options) => {
      const request = { ...requestOf(options, command, edge), untested: options.untested, epoch: readEpoch(edge.env.SOURCE_DATE_EPOCH) };
      const context = createContext({ jobs: Math.min(availableParallelism(), 4) }, edge);
      const { name, hasAddon, settings } = readProject(request.cwd);
      const hasWheels = options.binding !== "node" && settings.python !== undefined;
      const addons = options.binding === "python" || !hasAddon ? [] : (["package"] as const);
      if (!hasWheels && addons.length === 0) throw nothingToPack(name, options.binding);
      if (hasWheels) await buildMissing(request, context);
      const state = await runStages([...addons, ...(hasWheels ? (["pypi"] as const) : []), "release"], request, context);
      const { packages = { schema: 1, packages: [] }, python = { schema: 1, packages: [] } } = state;
      const release = need(state, "release");
      if (options.json) print(JSON.stringify({ ...packages, python: python.packages, release }, null, 2));
      else print([...(packages.packages.length > 0 ? [describeIndex(packages)] : []), describeOthers(packages, release)].join("\n\n"));
    });
};

function nothingToPack(name: string, binding: Options["binding"]): BoardkitError {
  return new BoardkitError(`${name} has no ${binding === "python" ? "Python package" : "addon"}`, {
    code: binding === "python" ? "NO_PYTHON" : "NOT_NAPI",
    exit: "usage",
    fix: "leave out --binding: it then packs what the project has",
  });
}

/** Builds the wheels that dist/ does not have. */
async function buildMissing(request: Request, context: Context): Promise<void> {
  const project = readProject(request.cwd);
  const { missing } = await collectWheels(project, distFolder(project.folder), wheelTargets(context.registry, project, request.targets));
  if (missing.length === 0) return;
  const targets = missing.map(({ triple }) => triple);
  failTogether(need(await runStages(["set-up", "plan", "wheel"], { ...request, targets }, context), "wheels"));
}

/** The files of a release that are not npm packages. */
function describeOthers({ packages }: PackageIndex, release: ReleaseFile[]): string {
  const others = release.filter(({ file }) => packages.every((packed) => packed.file !== file));
  return formatTable(
    [packages.length > 0 ? "also in dist/release" : "in dist/release", "bytes", "sha256"],
    others.map(({ file, bytes, sha256 }) => [file, formatBytes(bytes), sha256.slice(0, 16)]),
  );
}

function describeIndex({ packages }: PackageIndex): string {
  const rows = packages.map(({ name, version, bytes, byName, target, sha256 }) => [
    `${name}@${version}`,
    formatBytes(bytes),
    target ? (byName ? "by its name" : "optional dependency") : "root",
    sha256.slice(0, 16),
  ]);
  return formatTable(["package", "packed", "installed as", "sha256"], rows);
}
