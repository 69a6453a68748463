// Makes all decisions: target + profile + project + facts of this host -> ordered steps. Pure: it reads no file.
import { join } from "node:path";
import { addonFile, targetFolder } from "../../model/names.ts";
import type { Plan, SkippedTarget, Step, TargetPlan } from "../../model/plan.ts";
import type { Profile } from "../../model/targets/profile.ts";
import type { Project } from "../../model/project.ts";
import type { Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { imageFor } from "../../tools/containers/image.ts";
import { chooseBuilders, type ChosenBuilder } from "./builders.ts";
import { buildingOf } from "./building.ts";
import { buildStep, cargoArguments, noHostLibraries, profileEnvironment, rustEnvironment, testsStep } from "./cargo.ts";
import { choiceOf, chooseTargets, othersOf } from "./choose.ts";
import { gatherFacts, noteNewLockfile } from "./facts.ts";
import type { Choice, Facts } from "./inputs.ts";
import { ENGINE, engineFile, hostStep } from "./host.ts";
import { checkProfile, checkSettings } from "./settings.ts";
import type { Place } from "../../audit/place.ts";
import { planRuns, toolsOfRuns } from "../../emulate/runs.ts";
import { runtimesOf } from "../../emulate/runtimes.ts";
import { placeOfTarget } from "../../model/place.ts";
import { targetsOfProject } from "../../model/registry.ts";
import { isStdOpen } from "../../tools/rust/rust.ts";
import { zigPaths } from "../../tools/store/zig-paths.ts";
import type { Context } from "../context.ts";
import type { Stage, State } from "../stage.ts";

/** Without the stage set-up before it, the stage plans for the current state of the machine and fetches nothing. */
export const plan = {
  name: "plan",
  tools: () => ({}),
  run: async (state, context) => {
    const { project, request } = state;
    const targets = chooseTargets(project, request, context);
    const facts = state.facts ?? (await gatherWithoutSetUp(state, targets, context));
    const result = makePlan(context.registry, targets, project, facts, choiceOf(request, context), othersOf(project, context));
    for (const { target, reason } of result.skipped) context.reporter.skipped("plan", target, reason);
    return { facts, plan: result };
  },
} as const satisfies Stage;

async function gatherWithoutSetUp({ project, request }: State, targets: Triple[], context: Context): Promise<Facts> {
  const { facts, rust } = await gatherFacts(project, targets, request, context);
  noteNewLockfile(facts, context);
  const unresolved = targets.flatMap(({ triple, buildStd }) => (!buildStd && isStdOpen(context.cache, rust, triple) ? [triple] : []));
  if (unresolved.length > 0) {
    context.reporter.note(`set-up has not asked rustup yet for the compiled standard library of ${unresolved.join(", ")}`);
    context.reporter.note("if rustup has one, build uses it, and the steps of that target change");
  }
  return facts;
}

/** Plans all targets; those that targets/triples says cannot be built are skipped with the reason. */
export function makePlan(
  registry: Registry,
  targets: Triple[],
  project: Project,
  facts: Facts,
  choice: Choice,
  others: string[] = [],
): Plan {
  checkSettings(registry, project);
  checkProfile(choice.profile);
  const broken: SkippedTarget[] = targets.flatMap((target) => (target.why ? [{ target: target.triple, reason: target.why }] : []));
  const { chosen, unfit } = chooseBuilders(
    targets.filter((target) => !target.why),
    facts.builders,
    choice.builder,
  );
  return {
    schema: 1,
    project: {
      name: project.name,
      version: project.version,
      folder: project.folder,
      ...(facts.commit ? { commit: facts.commit } : {}),
      targets: shippedTargets(registry, project),
      others,
    },
    profile: choice.profile.id,
    prepare: choice.skipPrepare ? [] : prepareSteps(project),
    targets: chosen.map(([target, builder]) => planTarget(registry, target, builder, project, facts, choice)),
    skipped: [...broken, ...unfit],
  };
}

/** The triples that Boardkit builds for a project: those that it names, else all. */
function shippedTargets(registry: Registry, project: Project): string[] {
  const named = targetsOfProject(registry, project);
  const all = [...registry.triples.values()].filter(({ triple }) => named.length === 0 || named.includes(triple));
  return all.filter(({ why }) => !why).map(({ triple }) => triple);
}

function planTarget(
  registry: Registry,
  target: Triple,
  builder: ChosenBuilder,
  project: Project,
  facts: Facts,
  choice: Choice,
): TargetPlan {
  const dist = choice.dist ? join(choice.dist, target.triple) : targetFolder(project.folder, target.triple);
  const artifact = join(dist, addonFile(project.binaryName, target.napiPlatform));
  const zig = zigPaths(facts.cache, registry);
  const prebuilt = facts.std.has(target.triple);
  const targetDir = join(choice.targetDir ?? facts.targetDir, "boardkit", directoryOf(builder, prebuilt), target.triple);
  const building = buildingOf(registry, builder.name, target, facts.builders, {
    ...facts,
    targetDir,
    image: imageFor(target, project.settings.systemPackages),
  });
  const remaps = [...facts.remaps, [targetDir, "/target"] as const].map(([from, to]): [string, string] => [building.seen(from), to]);
  const env = {
    ...building.env,
    ...noHostLibraries(facts.cache),
    ...rustEnvironment(target, prebuilt, remaps),
    ...profileEnvironment(choice.profile),
    ...project.settings.profiles[choice.profile.id]?.env,
  };
  const cargo = { env, cwd: project.addonFolder, targetDir, args: cargoArguments(prebuilt), building };
  const runtimes = runtimesOf(project, choice);
  const runs = planRuns(registry, target, project, { cache: facts.cache, dist, addon: artifact, rustTests: choice.rustTests, runtimes });
  const steps = [buildStep(target, project, facts, choice, artifact, cargo)];
  const needs = (kind: string) => !choice.addonOnly && runs.some((run) => run.kind === kind && !run.skip);
  if (needs("tests")) steps.push(testsStep(target, project, facts, choice, dist, cargo));
  if (needs("host")) steps.push(hostStep(target, dist, facts.cache, zig, engineFile(facts.cache, registry)));
  const { linker, wrappers, image, tools } = building;
  return {
    target,
    place: placeOf(registry, target, project, choice.profile),
    builder: builder.name,
    because: builder.because,
    ...(builder.note ? { note: builder.note } : {}),
    linker,
    wrappers,
    ...(image ? { image } : {}),
    tools,
    std: prebuilt ? "prebuilt" : "built with the addon",
    targetDir,
    dist,
    artifact,
    steps,
    runs,
    needs: {
      build: [...new Set([...building.needs, ...(steps.length > 1 ? ["zig", "cargo-zigbuild"] : []), ...(needs("host") ? [ENGINE] : [])])],
      smoke: toolsOfRuns(target, runtimes),
    },
  };
}

/**
 * Target directories in one folder share the units for this machine. cargo would compile these again with RUSTC_BOOTSTRAP, which -Zbuild-std
 * needs, and with another builder: such targets are in separate folders.
 */
function directoryOf({ name }: ChosenBuilder, prebuilt: boolean): string {
  const std = prebuilt ? "std-prebuilt" : "std-built";
  return name === "zig" ? std : `${name}-${std}`;
}

/** The place of a target, with the limits of the project. */
function placeOf(registry: Registry, target: Triple, { settings }: Project, { id }: Profile): Place {
  const sizeBudget = (settings.profiles[id]?.sizeBudgets ?? settings.sizeBudgets)[target.triple];
  return { ...placeOfTarget(registry, target), allowed: settings.allow, ...(sizeBudget === undefined ? {} : { sizeBudget }) };
}

/** The step of the project's prepare command, if it has one. */
export function prepareSteps(project: Project): Step[] {
  const { prepare, prepareInputs, prepareOutputs } = project.settings;
  if (!prepare) return [];
  return [
    {
      id: "prepare",
      argv: prepare,
      cwd: project.folder,
      env: {},
      inputs: prepareInputs.map((path) => join(project.folder, path)),
      outputs: prepareOutputs.map((path) => join(project.folder, path)),
      partial: join(project.folder, "dist", ".partial-prepare"),
      collect: "in-place",
    },
  ];
}
