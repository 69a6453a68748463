// The pipeline, in order. Each command calls a part of it: set-up, plan, build (with the check of the file), smoke, package.
import { join } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import { packagesFolder, releaseFolder } from "../model/names.ts";
import type { PackageIndex } from "../model/package-index.ts";
import { targetsIn } from "../model/profile.ts";
import { selectProfile, selectTriples, targetsOfProject } from "../model/registry.ts";
import type { Plan } from "../model/plan.ts";
import { readProject, type Project } from "../model/project.ts";
import type { Triple } from "../model/triple.ts";
import { foreignBuilds } from "../tools/rust/napi.ts";
import { isStdOpen } from "../tools/rust/rust.ts";
import { buildPlan, prepareOnce, type BuildResult } from "./build/build.ts";
import type { Context } from "./context.ts";
import { gatherFacts, type Wish } from "./plan/facts.ts";
import type { Manifest } from "./manifest.ts";
import { packProject } from "./package/package.ts";
import { writeLoader } from "./package/root.ts";
import { makeMatrix, type CiMatrix } from "./matrix/matrix.ts";
import { checkMatrix } from "./matrix/check.ts";
import { buildOf } from "./package/table.ts";
import { makePlan } from "./plan/plan.ts";
import { planWheels, type WheelPlan } from "./wheel/plan.ts";
import { prepareProject } from "./build/prepare.ts";
import { publishPackages } from "./publish/publish.ts";
import { readyFacts, readyPlan, tellNewLockfile } from "./set-up/ready.ts";
import { verifyPackages, type PlanApart, type VerifyReport } from "./verify/verify.ts";
import { writeRelease, type ReleaseFile, type ReleaseOptions } from "./release/release.ts";
import { smokeTargets } from "./smoke/smoke.ts";
import { buildWheels, type WheelResult } from "./wheel/wheel.ts";
import type { Choice } from "./plan/inputs.ts";

/** What the user asked for. */
export type Request = Wish & {
  cwd: string;
  targets: string[];
  profile: string;
  /** Folder that the targets' folders are made in, in place of the project's dist/. */
  dist?: string;
};

type Chosen = { project: Project; targets: Triple[]; choice: Choice };

/** Reads the project and the targets that are meant: those named, else those that the project wants, else all. */
function choose(request: Request, context: Context): Chosen {
  const project = readProject(request.cwd);
  const wanted = request.targets.length > 0 ? request.targets : targetsOfProject(context.registry, project);
  const isOwnChoice = request.targets.length > 0 || project.settings.targets.length > 0;
  for (const triple of isOwnChoice ? [] : project.napiTargets.filter((name) => !context.registry.triples.has(name))) {
    context.reporter.skipped("plan", triple, "Boardkit has no such target; it builds for Linux boards");
  }
  const profile = selectProfile(context.registry, request.profile);
  return {
    project,
    targets: targetsIn(profile, selectTriples(context.registry, wanted)),
    choice: { builder: request.builder, profile, ...(request.dist ? { dist: request.dist } : {}) },
  };
}

/** Plans for the host as it is; fetches nothing, but what cargo needs to write a Cargo.lock where the project has none. */
export async function planStage(request: Request, context: Context): Promise<Plan> {
  return planChosen(choose(request, context), request, context);
}

async function planChosen(chosen: Chosen, request: Request, context: Context): Promise<Plan> {
  const { facts, rust } = await gatherFacts(chosen.project, chosen.targets, request, context);
  tellNewLockfile(facts, context);
  const open = chosen.targets.flatMap(({ triple, buildStd }) => (!buildStd && isStdOpen(context.cache, rust, triple) ? [triple] : []));
  if (open.length > 0) {
    context.reporter.note(`set-up has not asked rustup yet for the compiled standard library of ${open.join(", ")}`);
    context.reporter.note("where there is one, build uses it and the steps of that target change");
  }
  return makePlan(context.registry, chosen.targets, chosen.project, facts, chosen.choice);
}

/** Set-up and plan: what every stage that runs something begins with. */
export async function setUpStage(
  request: Request,
  stage: "build" | "smoke",
  context: Context,
): Promise<{ plan: Plan; rustc: string; chosen: Chosen }> {
  const chosen = choose(request, context);
  const { project, targets, choice } = chosen;
  const facts = await readyFacts(project, targets, request, context);
  const plan = makePlan(context.registry, targets, project, facts, choice);
  await readyPlan(plan, stage, facts, context);
  for (const { target, reason } of plan.skipped) context.reporter.skipped("build", target, reason);
  return { plan, rustc: facts.rustc, chosen };
}

/** Plans wheels of the project's Python package, for the host as it is. */
export async function planWheelStage(request: Request, context: Context): Promise<WheelPlan> {
  const chosen = choose(request, context);
  const plan = await planChosen(chosen, request, context);
  return planWheels(plan, chosen.project, chosen.choice.profile, context);
}

/** Makes wheels of the project's Python package. */
export async function wheelStage(request: Request, context: Context): Promise<{ results: WheelResult[]; skipped: Plan["skipped"] }> {
  const { plan, chosen } = await setUpStage(request, "build", context);
  const wheels = planWheels(plan, chosen.project, chosen.choice.profile, context);
  for (const step of plan.prepare) await prepareOnce(step, plan.project, context);
  return { results: await buildWheels(wheels, context), skipped: plan.skipped };
}

/** Packs what was built of the chosen targets; `untested` takes what nobody ran too. */
export async function packageStage(request: Request, untested: boolean, context: Context): Promise<PackageIndex> {
  const { project, targets } = choose(request, context);
  for (const { triple, why } of targets) if (why) context.reporter.skipped("package", triple, why);
  const started = performance.now();
  const index = await packProject(
    project,
    targets.filter(({ why }) => !why),
    untested,
    context,
  );
  const note = `${index.packages.length} packages in ${packagesFolder(project.folder)}`;
  context.reporter.done("package", project.name, (performance.now() - started) / 1000, note);
  return index;
}

/** Makes a checkout ready for what another machine built. */
export function prepareStage(cwd: string, context: Context): Promise<void> {
  return prepareProject(readProject(cwd), context);
}

/** The matrix of a project's CI; `check` refuses one that lets something through that nobody ran, or asks for what there is not. */
export function matrixStage(request: Request, check: { tag: string | undefined } | undefined, context: Context): CiMatrix {
  const { project, targets } = choose(request, context);
  const shipped = targets.filter(({ why }) => !why);
  if (check) checkMatrix(context.registry, project, shipped, check.tag);
  return makeMatrix(context.registry, project, shipped);
}

/** Compares packages with what the source that is checked out gives: built anew, or with `built` as dist/ holds it. */
export function verifyStage(request: Request, paths: string[], built: boolean, context: Context): Promise<VerifyReport> {
  const planApart: PlanApart = async (targets, builder, folder) => {
    const wish = { ...request, builder };
    const chosen = choose({ ...wish, targets: targets.map(({ triple }) => triple) }, context);
    const facts = await readyFacts(chosen.project, chosen.targets, wish, context);
    const project = { ...chosen.project, folder };
    const apart = { ...facts, targetDir: join(folder, "target") };
    const { prepare } = makePlan(context.registry, chosen.targets, chosen.project, facts, chosen.choice);
    const plan = { ...makePlan(context.registry, chosen.targets, project, apart, chosen.choice), prepare };
    await readyPlan(plan, "build", facts, context);
    return { plan, rustc: facts.rustc, project };
  };
  return verifyPackages(request.cwd, paths, built ? undefined : planApart, context);
}

/** Writes what a release attaches, of what was packed. */
export async function releaseStage(cwd: string, index: PackageIndex, options: ReleaseOptions, context: Context): Promise<ReleaseFile[]> {
  const project = readProject(cwd);
  const started = performance.now();
  const files = await writeRelease(project, index, options, context);
  context.reporter.done(
    "release",
    project.name,
    (performance.now() - started) / 1000,
    `${files.length} files in ${releaseFolder(project.folder)}`,
  );
  return files;
}

/** Publishes what was packed. */
export function publishStage(cwd: string, options: string[], context: Context): Promise<void> {
  return publishPackages(readProject(cwd), options, context);
}

/** Writes the loader where a package's own code calls it, for those who work on that package: with a table of what the targets promise. */
export async function loaderStage(request: Request, context: Context): Promise<string> {
  const { project, targets } = choose(request, context);
  if (project.settings.loader === undefined) {
    throw new BoardkitError(`${project.name} does not say where its code looks for the loader`, {
      code: "NO_LOADER",
      exit: "usage",
      place: join(project.folder, "package.json"),
      fix: 'add "boardkit": {"loader": "<folder>"}; a package without code of its own needs none: `boardkit package` writes it',
    });
  }
  const builds = targets.map((target) => buildOf(project, context.registry, target));
  await writeLoader(project, [...builds, ...(await foreignBuilds(project, new Set(context.registry.triples.keys())))], project.addonFolder);
  return join(project.addonFolder, project.settings.loader);
}

export { buildPlan, smokeTargets, type BuildResult, type Manifest, type ReleaseFile, type VerifyReport, type WheelResult };
