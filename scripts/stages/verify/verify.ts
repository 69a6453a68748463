// Packages that somebody has -> the same, built again from the source that is checked out, and what differs.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/hash.ts";
import type { BuilderChoice } from "../../model/builder.ts";
import type { PackedPackage } from "../../model/package-index.ts";
import type { Plan } from "../../model/plan.ts";
import { readProject, type Project } from "../../model/project.ts";
import type { Triple } from "../../model/triple.ts";
import { readCommit } from "../../tools/git.ts";
import { buildPlan } from "../build/build.ts";
import type { Context } from "../context.ts";
import { collectPackables, type Packable } from "../package/collect.ts";
import { packInto } from "../package/package.ts";
import { compareFiles, type Difference } from "./compare.ts";
import { identify, readGiven, type BuildClaim, type Known } from "./given.ts";

type Verified = {
  name: string;
  version: string;
  /** As it was given. */
  path: string;
  same: boolean;
  /** SHA-256 of the packed package: that which was given, if it was a packed one, and that which was built again. */
  given?: string;
  rebuilt: string;
  differences: Difference[];
  /** Tools that are not those which the package was built with. */
  tools: { what: string; given: string; here: string }[];
};

export type VerifyReport = { schema: 1; packages: Verified[]; notVerified: string[] };

/** Plans builds of targets with a builder in a folder apart, and sets them up. */
export type PlanApart = (
  targets: Triple[],
  builder: BuilderChoice,
  folder: string,
) => Promise<{ plan: Plan; rustc: string; project: Project }>;

/** Compares packages with builds of them; `planApart` makes the plan of those, and without it what dist/ holds is taken for them. */
export async function verifyPackages(
  cwd: string,
  paths: string[],
  planApart: PlanApart | undefined,
  context: Context,
): Promise<VerifyReport> {
  const project = readProject(cwd);
  const given = await Promise.all(paths.map(readGiven));
  const commit = await readCommit(project.folder, context.signal);
  const known = given.map((one) => identify(one, project, context.registry, commit));
  const targets = [...new Set(known.flatMap((one) => one.targets))];
  const folder = join(project.folder, "dist", ".verify");
  await rm(folder, { recursive: true, force: true });
  try {
    const withRoot = known.some(({ kind }) => kind === "root");
    const rebuilt = planApart && (await rebuild(buildersOf(known), folder, withRoot, planApart, context));
    const packables = await collectPackables(rebuilt ?? project, targets, true);
    const packages: Verified[] = [];
    for (const [index, one] of known.entries())
      packages.push(await verifyOne(project, one, packables, join(folder, `packed-${index}`), context));
    return { schema: 1, packages, notVerified: ["what smoke runs found: it is taken from the package"] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The builder of each target: that which its package names; where only a root package is given, which names none, `auto`. */
function buildersOf(known: Known[]): Map<Triple, BuilderChoice> {
  const builders = new Map<Triple, BuilderChoice>(known.flatMap(({ targets }) => targets.map((target) => [target, "auto"] as const)));
  for (const { kind, targets, block, name } of known) {
    const [target] = targets;
    const claimed = block.build?.builder;
    if (kind === "root" || !target || !claimed) continue;
    const other = builders.get(target);
    if (other !== "auto" && other !== claimed) {
      throw new BoardkitError(`two packages ${name} were built with ${other} and with ${claimed}`, {
        code: "BUILDERS_DIFFER",
        exit: "usage",
        fix: "verify them one by one",
      });
    }
    builders.set(target, claimed);
  }
  return builders;
}

/** Builds targets from nothing, and with a root package what that is prepared with. */
async function rebuild(
  builders: Map<Triple, BuilderChoice>,
  folder: string,
  withRoot: boolean,
  planApart: PlanApart,
  context: Context,
): Promise<Project | undefined> {
  let built: Project | undefined;
  for (const [builder, group] of Map.groupBy(builders.entries(), ([, name]) => name)) {
    const targets = group.map(([target]) => target);
    const { plan, rustc, project } = await planApart(targets, builder, folder);
    const onlyBuild = {
      ...plan,
      prepare: withRoot && !built ? plan.prepare : [],
      targets: plan.targets.map((target) => ({ ...target, steps: target.steps.filter(({ id }) => id === "build") })),
    };
    const results = await buildPlan(onlyBuild, rustc, { ...context, force: true });
    const failed = results.find(({ error }) => error !== undefined);
    if (failed) throw failed.error;
    built = project;
  }
  return built;
}

async function verifyOne(project: Project, known: Known, packables: Packable[], folder: string, context: Context): Promise<Verified> {
  const { name, version, path, kind, targets, tarball, files, block } = known;
  const own = packables.filter(({ target }) => targets.includes(target));
  // What runs found is a claim that only runs can check.
  const claiming = own.map((packable) => ({ ...packable, smoke: block.smoke ?? [] }));
  const packed = await packInto(folder, project, claiming, kind === "root" ? "with root" : "platforms only", context);
  const again = packed.find((one) => one.name === name);
  if (!again) throw new TypeError(`${name} was not packed again`);
  const rebuilt = await readGiven(join(folder, again.file));
  const differences = compareFiles(files, rebuilt.files);
  const isSame = differences.length === 0 && (tarball === undefined || Buffer.compare(tarball, await readFile(rebuilt.path)) === 0);
  if (!isSame && differences.length === 0) differences.push(archiveDifference(again, tarball));
  const [builder] = kind === "platform" ? own.map(({ manifest }) => ({ ...manifest.builder, builder: manifest.builder.name })) : [];
  return {
    name,
    version,
    path,
    same: isSame,
    ...(tarball ? { given: hashBytes(tarball) } : {}),
    rebuilt: again.sha256,
    differences,
    tools: builder && block.build ? toolsThatDiffer(block.build, builder) : [],
  };
}

function archiveDifference({ bytes, sha256: hash }: PackedPackage, tarball: Uint8Array | undefined): Difference {
  return {
    file: "the archive itself",
    ...(tarball ? { given: { bytes: tarball.length, sha256: hashBytes(tarball) } } : {}),
    rebuilt: { bytes, sha256: hash },
    details: ["its files are the same; their order, modes or times differ, or the compression"],
  };
}

function toolsThatDiffer(claim: BuildClaim, here: Omit<BuildClaim, "commit">): Verified["tools"] {
  const keys = ["builder", "rustc", "std", "tools"] as const;
  return keys.filter((key) => claim[key] !== here[key]).map((key) => ({ what: key, given: claim[key], here: here[key] }));
}
