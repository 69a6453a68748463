// The only place that decides: target + profile + project + facts of this host -> ordered steps. Pure: it reads no file.
import { dirname, join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { addonFile, targetFolder } from "../../model/names.ts";
import type { Plan, SkippedTarget, Step, TargetPlan } from "../../model/plan.ts";
import type { Profile } from "../../model/targets/profile.ts";
import type { Project } from "../../model/project.ts";
import type { Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { imageFor, imageIdFile, imageRecipe } from "../../tools/containers/image.ts";
import { chooseBuilders, type ChosenBuilder } from "./builders.ts";
import { buildingOf, type Building } from "./building.ts";
import { choiceOf, chooseTargets, othersOf } from "./choose.ts";
import { gatherFacts, noteNewLockfile } from "./facts.ts";
import type { Choice, Facts } from "./inputs.ts";
import { probeStep } from "./probe.ts";
import type { Place } from "../../audit/place.ts";
import { planRuns, toolsOfRuns } from "../../emulate/runs.ts";
import { placeOfTarget } from "../../model/place.ts";
import { targetsOfProject } from "../../model/registry.ts";
import { isStdOpen } from "../../tools/rust/rust.ts";
import { zigPaths } from "../../tools/store/zig-paths.ts";
import type { Context } from "../context.ts";
import type { Stage, State } from "../stage.ts";

/** Without the stage set-up before it, it plans for the machine as it is and fetches nothing. */
export const plan = {
  name: "plan",
  tools: () => ({}),
  run: async (state, context) => {
    const { project, request } = state;
    const targets = chooseTargets(project, request, context);
    const facts = state.facts ?? (await gatherAsIs(state, targets, context));
    const made = makePlan(context.registry, targets, project, facts, choiceOf(request, context), othersOf(project, context));
    for (const { target, reason } of made.skipped) context.reporter.skipped("plan", target, reason);
    return { facts, plan: made };
  },
} as const satisfies Stage;

async function gatherAsIs({ project, request }: State, targets: Triple[], context: Context): Promise<Facts> {
  const { facts, rust } = await gatherFacts(project, targets, request, context);
  noteNewLockfile(facts, context);
  const open = targets.flatMap(({ triple, buildStd }) => (!buildStd && isStdOpen(context.cache, rust, triple) ? [triple] : []));
  if (open.length > 0) {
    context.reporter.note(`set-up has not asked rustup yet for the compiled standard library of ${open.join(", ")}`);
    context.reporter.note("if there is one, build uses it and the steps of that target change");
  }
  return facts;
}

/** Plans all targets; those that the data says cannot be built are skipped with the reason. */
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
  const targetDir = join(choice.targetDir ?? facts.targetDir, "boardkit", directoryOf(builder, prebuilt));
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
  const runs = planRuns(registry, target, project, { cache: facts.cache, dist, addon: artifact });
  const steps = [buildStep(target, project, facts, choice, artifact, cargo)];
  const needs = (kind: string) => !choice.addonOnly && runs.some((run) => run.kind === kind && !run.skip);
  if (needs("tests")) steps.push(testsStep(target, project, facts, choice, dist, cargo));
  if (needs("probe")) steps.push(probeStep(target, dist, facts.cache, zig));
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
      build: [...new Set([...building.needs, ...(steps.length > 1 ? ["zig", "cargo-zigbuild"] : [])])],
      smoke: toolsOfRuns(target),
    },
  };
}

/**
 * Targets share a directory, so that what runs on this machine (procedural macros, build scripts) is compiled once and not eight times.
 * RUSTC_BOOTSTRAP, which a standard library of our own needs, makes cargo compile that anew, and so does another builder.
 */
function directoryOf({ name }: ChosenBuilder, prebuilt: boolean): string {
  const std = prebuilt ? "std-prebuilt" : "std-built";
  return name === "zig" ? std : `${name}-${std}`;
}

/** What the target gives and what the project asks beyond it. */
function placeOf(registry: Registry, target: Triple, { settings }: Project, { id }: Profile): Place {
  const sizeBudget = (settings.profiles[id]?.sizeBudgets ?? settings.sizeBudgets)[target.triple];
  return { ...placeOfTarget(registry, target), allowed: settings.allow, ...(sizeBudget === undefined ? {} : { sizeBudget }) };
}

/** Refuses settings for a target or a profile that there is none of, which would hold nothing to them in silence. */
function checkSettings(registry: Registry, project: Project): void {
  const { sizeBudgets, profiles } = project.settings;
  checkNames("boardkit.profiles", profiles, registry.profiles, "profile", project);
  checkNames("boardkit.sizeBudgets", sizeBudgets, registry.triples, "target", project);
  for (const [id, settings] of Object.entries(profiles)) {
    checkNames(`boardkit.profiles.${id}.sizeBudgets`, settings.sizeBudgets ?? {}, registry.triples, "target", project);
  }
}

function checkProfile({ id, why }: Profile): void {
  if (why === undefined) return;
  throw new BoardkitError(`no addon is built with the profile ${id}: ${why}`, {
    code: "PROFILE_UNFIT",
    exit: "usage",
    fix: "name another profile, small say",
  });
}

function checkNames(field: string, given: object, known: ReadonlyMap<string, unknown>, what: string, project: Project): void {
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new BoardkitError(`${field} names ${unknown.join(", ")}, which ${unknown.length > 1 ? `are no ${what}s` : `is no ${what}`}`, {
    code: "BAD_DATA",
    exit: "usage",
    place: join(project.folder, "package.json"),
    fix: `the ${what}s are:\n${[...known.keys()].join("\n")}`,
  });
}

type CargoCall = { env: Record<string, string>; cwd: string; targetDir: string; args: string[]; building: Building };

// Without the reader of debug information for backtraces: there is none in a stripped file.
const BUILD_STD = ["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"];

/** cargo's arguments beside those of the target. */
export function cargoArguments(prebuilt: boolean): string[] {
  return ["--locked", ...(prebuilt ? [] : BUILD_STD)];
}

/** rustc's flags of a target. The encoded variable wins over a user's RUSTFLAGS, which could ask for this machine's own CPU. */
function rustEnvironment(target: Triple, prebuilt: boolean, remaps: Facts["remaps"]): Record<string, string> {
  const features = [...(target.libc === "musl" ? ["-crt-static"] : []), ...target.cpu.rustcFeatures];
  const flags = [
    `-Ctarget-cpu=${target.cpu.rustc}`,
    ...(features.length > 0 ? [`-Ctarget-feature=${features.join(",")}`] : []),
    ...remaps.map(([from, to]) => `--remap-path-prefix=${from}=${to}`),
  ];
  return {
    CARGO_ENCODED_RUSTFLAGS: flags.join("\u001f"),
    // -Zbuild-std is for nightly compilers only, unless this says that one means it.
    ...(prebuilt ? {} : { RUSTC_BOOTSTRAP: "1" }),
  };
}

/**
 * Keeps pkg-config from finding libraries of this machine, which would be linked into the addon of a target that is this very machine.
 * Cross-compiling is allowed by word, so that the search fails by the library's name, which the crate pkg-config tells only then.
 */
function noHostLibraries(cache: string): Record<string, string> {
  return { PKG_CONFIG_ALLOW_CROSS: "1", PKG_CONFIG_LIBDIR: join(cache, "no-libraries-of-the-host"), PKG_CONFIG_PATH: "" };
}

/** What a profile sets in place of the project's Cargo.toml, by cargo's variables. */
function profileEnvironment({ cargoProfile, cargo }: Profile): Record<string, string> {
  const name = `CARGO_PROFILE_${cargoProfile.toUpperCase().replaceAll("-", "_")}`;
  return {
    ...(cargo.optLevel === undefined ? {} : { [`${name}_OPT_LEVEL`]: cargo.optLevel }),
    ...(cargo.lto === undefined ? {} : { [`${name}_LTO`]: cargo.lto }),
    ...(cargo.codegenUnits === undefined ? {} : { [`${name}_CODEGEN_UNITS`]: String(cargo.codegenUnits) }),
  };
}

/** The features of the addon's crate, where the project's settings of the profile choose them. */
export function featureFlags(project: Project, { id }: Pick<Profile, "id">): string[] {
  const features = project.settings.profiles[id]?.features;
  return features === undefined ? [] : ["--no-default-features", "--features", features.join(",")];
}

function buildStep(target: Triple, project: Project, facts: Facts, choice: Choice, artifact: string, cargo: CargoCall): Step {
  const partial = join(dirname(artifact), ".partial-build");
  const own = cargo.building.ofStep(partial, cargo.env);
  // napi-rs takes no project that lists both arm- and armv7- triples, since it gives both the same file name.
  const config = join(partial, "napi.json");
  const flags = ["--target", target.triple, "--profile", choice.profile.cargoProfile, "--platform", "--no-js", "--config-path", config];
  const isElsewhere = facts.manifest !== join(cargo.cwd, "Cargo.toml");
  const folders = ["--target-dir", cargo.targetDir, "--output-dir", partial, ...(isElsewhere ? ["--manifest-path", facts.manifest] : [])];
  return {
    id: "build",
    argv: [facts.node, facts.napi, "build", ...flags, ...folders, "--", ...cargo.args, ...featureFlags(project, choice.profile)],
    cwd: cargo.cwd,
    env: { ...cargo.env, ...own.env },
    files: { [config]: JSON.stringify({ ...project.napi, targets: [target.triple] }), ...own.files },
    inputs: [...facts.addonInputs, ...inputsOf(cargo.building, facts.cache)],
    outputs: [artifact],
    partial,
    collect: "addon",
    ...(own.cleanUp ? { cleanUp: own.cleanUp } : {}),
  };
}

function testsStep(target: Triple, project: Project, facts: Facts, choice: Choice, dist: string, cargo: CargoCall): Step {
  // With the addon among the packages cargo gives all dependencies the features that they were just compiled with.
  const packages = [...project.settings.tests, ...(facts.untestedAddon ? [facts.untestedAddon] : [])];
  const crates = packages.flatMap((name) => ["--package", name]);
  const flags = ["--target", target.triple, "--profile", choice.profile.cargoProfile, "--target-dir", cargo.targetDir];
  const partial = join(dist, ".partial-tests");
  const { building } = cargo;
  const own = building.ofStep(partial, cargo.env);
  return {
    id: "tests",
    argv: [building.cargo, "test", "--no-run", "--tests", "--message-format=json-render-diagnostics", ...crates, ...flags, ...cargo.args],
    cwd: cargo.cwd,
    env: { ...cargo.env, ...own.env },
    files: own.files,
    inputs: [...facts.testInputs, ...inputsOf(building, facts.cache)],
    outputs: [join(dist, "smoke", "tests")],
    partial,
    collect: "cargo-tests",
    ...(building.outside ? { outside: building.outside } : {}),
    ...(own.cleanUp ? { cleanUp: own.cleanUp } : {}),
  };
}

/** What a step of cargo depends on besides sources: the recipe of its image, and the image as set-up made or found it. */
function inputsOf({ image }: Building, cache: string): string[] {
  return image ? [imageRecipe, imageIdFile(cache, image.name)] : [];
}

/** The step that is the project's own, if it has one. */
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
