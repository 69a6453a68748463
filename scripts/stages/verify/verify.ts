// The stage verify: builds packages again from the checked-out source, and compares them.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/hash.ts";
import type { BuilderChoice } from "../../model/builder.ts";
import type { Manifest } from "../../model/report/manifest.ts";
import { distFolder } from "../../model/names.ts";
import { readProject, type Project } from "../../model/project.ts";
import type { Verified, VerifyReport } from "../../model/report/verify-report.ts";
import { readCommit } from "../../tools/git.ts";
import { audit } from "../audit/audit.ts";
import { build } from "../build/build.ts";
import type { Context } from "../context.ts";
import { plan } from "../plan/plan.ts";
import { runInOrder } from "../run.ts";
import { setUp } from "../set-up/set-up.ts";
import { need, type Request, type Stage, type TargetResult } from "../stage.ts";
import { collectPackables, type Packable } from "../package/collect.ts";
import { packInto } from "../package/package.ts";
import { archiveDifference, compareFiles } from "./compare.ts";
import { identify, readPackage, type BuildClaim, type IdentifiedPackage } from "./package.ts";
import { isPython, verifyPython, type RebuildPython } from "./python.ts";

export const verify = {
  name: "verify",
  tools: () => ({}),
  run: async ({ request }, context) => ({ verified: await verifyPackages(request, context) }),
} as const satisfies Stage;

/** Builds the addons of a request. */
export type Rebuild = (request: Request, context: Context) => Promise<TargetResult<Manifest>[]>;

const rebuildAddons: Rebuild = async (request, context) => need(await runInOrder([setUp, plan, build, audit], request, context), "builds");

/** Compares packages with new builds of their source, or with the existing dist/. */
export async function verifyPackages(
  request: Request,
  context: Context,
  rebuild: Rebuild = rebuildAddons,
  rebuildOfPython?: RebuildPython,
): Promise<VerifyReport> {
  const { paths } = request.verify ?? { paths: [] };
  const project = readProject(request.cwd);
  const folder = join(distFolder(project.folder), ".verify");
  const [python, npm] = [paths.filter(isPython), paths.filter((path) => !isPython(path))];
  await rm(folder, { recursive: true, force: true });
  try {
    const packages = [
      ...(npm.length > 0 ? await verifyNpm(project, npm, folder, request, context, rebuild) : []),
      ...(python.length > 0 ? await verifyPython(project, python, join(folder, "python"), request, context, rebuildOfPython) : []),
    ];
    const notVerified = [
      ...(npm.length > 0 ? ["the results of smoke runs: they are taken from the package"] : []),
      ...(python.length > 0 ? ["the commit and the builder of wheels and sdists: they name none"] : []),
    ];
    return { schema: 1, packages, notVerified };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function verifyNpm(
  project: Project,
  paths: string[],
  folder: string,
  request: Request,
  context: Context,
  rebuild: Rebuild,
): Promise<Verified[]> {
  const built = request.verify?.built ?? false;
  const inputs = await Promise.all(paths.map(readPackage));
  const commit = await readCommit(project.folder, context.signal);
  const identified = inputs.map((input) => identify(input, project, context.registry, commit));
  const triples = [...new Set(identified.flatMap(({ targets }) => targets.map(({ triple }) => triple)))];
  if (!built) await rebuildAll(identified, folder, request, context, rebuild);
  const packables = await collectPackables(project, built ? distFolder(project.folder) : join(folder, "dist"), triples, true);
  const packages: Verified[] = [];
  for (const [index, input] of identified.entries())
    packages.push(await verifyPackage(project, input, packables, join(folder, `packed-${index}`), context));
  return packages;
}

/** The builder of each target: the one that its package names. A root package names none: `auto`. */
function buildersOf(identified: IdentifiedPackage[]): Map<string, BuilderChoice> {
  const triples = identified.flatMap(({ targets }) => targets.map(({ triple }) => triple));
  const builders = new Map<string, BuilderChoice>(triples.map((triple) => [triple, "auto"]));
  for (const { kind, targets, block, name } of identified) {
    const [target] = targets;
    const claimed = block.build?.builder;
    if (kind === "root" || !target || !claimed) continue;
    const earlier = builders.get(target.triple);
    if (earlier !== "auto" && earlier !== claimed) {
      throw new BoardkitError(`two packages ${name} were built with ${earlier} and with ${claimed}`, {
        code: "BUILDERS_DIFFER",
        exit: "usage",
        fix: "verify them one by one",
      });
    }
    builders.set(target.triple, claimed);
  }
  return builders;
}

/** Builds the addons of packages from scratch, and for a root package runs the project's prepare command. */
async function rebuildAll(
  identified: IdentifiedPackage[],
  folder: string,
  request: Request,
  context: Context,
  rebuild: Rebuild,
): Promise<void> {
  let skipPrepare = !identified.some(({ kind }) => kind === "root");
  for (const [builder, group] of Map.groupBy(buildersOf(identified), ([, name]) => name)) {
    const targets = group.map(([triple]) => triple);
    const places = { dist: join(folder, "dist"), targetDir: join(folder, "target"), addonOnly: true, skipPrepare };
    const builds = await rebuild({ ...request, builder, targets, ...places }, { ...context, force: true });
    const failed = builds.find(({ error }) => error !== undefined);
    if (failed) throw failed.error;
    skipPrepare = true;
  }
}

async function verifyPackage(
  project: Project,
  input: IdentifiedPackage,
  packables: Packable[],
  folder: string,
  context: Context,
): Promise<Verified> {
  const { name, version, path, kind, targets, tarball, files, block } = input;
  const own = packables.filter(({ manifest }) => targets.some(({ triple }) => triple === manifest.target.triple));
  // Only smoke runs can check the results of smoke runs.
  const claiming = own.map((packable) => ({ ...packable, smoke: block.smoke ?? [] }));
  const packed = await packInto(folder, project, claiming, kind === "root" ? "with root" : "platforms only", context);
  const repacked = packed.find((item) => item.name === name);
  if (!repacked) throw new TypeError(`${name} was not packed again`);
  const rebuilt = await readPackage(join(folder, repacked.file));
  const differences = compareFiles(files, rebuilt.files);
  const isSame = differences.length === 0 && (tarball === undefined || Buffer.compare(tarball, await readFile(rebuilt.path)) === 0);
  if (!isSame && differences.length === 0) differences.push(archiveDifference(repacked, tarball));
  const [builder] = kind === "platform" ? own.map(({ manifest }) => ({ ...manifest.builder, builder: manifest.builder.name })) : [];
  return {
    name,
    version,
    path,
    same: isSame,
    ...(tarball ? { given: hashBytes(tarball) } : {}),
    rebuilt: repacked.sha256,
    differences,
    tools: builder && block.build ? toolsThatDiffer(block.build, builder) : [],
  };
}

function toolsThatDiffer(claim: BuildClaim, here: Omit<BuildClaim, "commit">): Verified["tools"] {
  const keys = ["builder", "rustc", "std", "tools"] as const;
  return keys.filter((key) => claim[key] !== here[key]).map((key) => ({ what: key, given: claim[key], here: here[key] }));
}
