// The only place that decides: target + profile + project + facts of this host -> ordered steps. Pure: it reads no file.
import { join } from "node:path";
import type { Place } from "../inspect/judge.ts";
import { BoardkitError } from "../lib/errors.ts";
import { addonFile, distFolder } from "../model/names.ts";
import type { BuilderName, Plan, SkippedTarget, Step, TargetPlan } from "../model/plan.ts";
import type { Profile } from "../model/profile.ts";
import type { Project } from "../model/project.ts";
import { getToolchain, type Registry } from "../model/registry.ts";
import type { Triple } from "../model/triple.ts";
import { zigEnvironment, type ZigPaths } from "../tools/zig.ts";
import { placeOfTarget } from "./audit.ts";
import { probeStep, smokeRuns } from "./plan-smoke.ts";
import { provided } from "./store.ts";

/** What planning must know of the host and of the project's crates. */
export type Facts = {
  cache: string;
  /** Commit of the project, if it lies in a repository. */
  commit?: string | undefined;
  /** Rust triple of this machine. */
  host: string;
  rustc: string;
  node: string;
  /** napi-rs' CLI. */
  napi: string;
  /** Triples whose compiled standard library is installed. */
  std: ReadonlySet<string>;
  /** cargo's target directory of the project. */
  targetDir: string;
  /** Paths and what they are called in the addon. */
  remaps: [from: string, to: string][];
  /** Files and folders that the addon is compiled from. */
  addonInputs: string[];
  /** The addon's package where its library has no tests of its own, so that it can be named beside those that have. */
  untestedAddon?: string;
  /** Files and folders that the Rust tests are compiled from. */
  testInputs: string[];
  hasLockfile: boolean;
};

export type Choice = { builder: BuilderName | "auto"; profile: Profile };

/** The paths of zig and its wrapper in the store. */
export function zigPaths(cache: string, registry: Registry): ZigPaths {
  return {
    zig: provided(cache, getToolchain(registry, "zig"), "zig"),
    zigbuild: provided(cache, getToolchain(registry, "cargo-zigbuild"), "cargo-zigbuild"),
    cache,
  };
}

/** Plans all targets; those that the data says cannot be built are skipped with the reason. */
export function makePlan(registry: Registry, targets: Triple[], project: Project, facts: Facts, choice: Choice): Plan {
  checkSettings(registry, project);
  checkProfile(choice.profile);
  const skipped: SkippedTarget[] = targets.flatMap((target) => (target.why ? [{ target: target.triple, reason: target.why }] : []));
  return {
    schema: 1,
    project: {
      name: project.name,
      version: project.version,
      folder: project.folder,
      ...(facts.commit ? { commit: facts.commit } : {}),
    },
    profile: choice.profile.id,
    prepare: prepareSteps(project),
    targets: targets.filter((target) => !target.why).map((target) => planTarget(registry, target, project, facts, choice)),
    skipped,
  };
}

function planTarget(registry: Registry, target: Triple, project: Project, facts: Facts, choice: Choice): TargetPlan {
  const builder = chooseBuilder(target, facts, choice.builder);
  const dist = distFolder(project.folder, target.triple);
  const artifact = join(dist, addonFile(project.binaryName, target.napiPlatform));
  const zig = zigPaths(facts.cache, registry);
  const prebuilt = facts.std.has(target.triple);
  // Targets share a directory, so that what runs on this machine (procedural macros, build scripts) is compiled once and not
  // eight times. RUSTC_BOOTSTRAP, which a standard library of our own needs, makes cargo compile that anew: hence two.
  const targetDir = join(facts.targetDir, "boardkit", prebuilt ? "std-prebuilt" : "std-built");
  const env = {
    ...(builder === "zig" ? zigEnvironment(target, zig) : {}),
    ...rustEnvironment(target, prebuilt, [...facts.remaps, [targetDir, "/target"]]),
    ...profileEnvironment(choice.profile),
    ...project.settings.profiles[choice.profile.id]?.env,
  };
  const cargo = { env, cwd: project.addonFolder, targetDir, args: cargoArguments(facts, prebuilt) };
  const runs = smokeRuns(registry, target, project, facts, dist, artifact);
  const steps = [buildStep(target, project, facts, choice, artifact, cargo)];
  if (runs.some((run) => run.kind === "tests" && !run.skip)) steps.push(testsStep(target, project, facts, choice, dist, cargo));
  if (runs.some((run) => run.kind === "probe")) steps.push(probeStep(target, dist, facts.cache, zig));
  const version = (id: string) => `${id} ${getToolchain(registry, id).version}`;
  return {
    target,
    place: placeOf(registry, target, project, choice.profile),
    builder,
    tools: builder === "zig" ? `${version("zig")}, ${version("cargo-zigbuild")}` : "the host's linker",
    std: prebuilt ? "prebuilt" : "built with the addon",
    targetDir,
    dist,
    artifact,
    steps,
    runs,
    needs: {
      build: builder === "zig" || steps.length > 1 ? ["zig", "cargo-zigbuild"] : [],
      smoke: [...new Set(["qemu-user", ...target.smoke.flatMap((run) => (run.kind === "node" ? [run.node, run.sysroot] : [run.sysroot]))])],
    },
  };
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
    mend: "name another profile, small say",
  });
}

function checkNames(field: string, given: object, known: ReadonlyMap<string, unknown>, what: string, project: Project): void {
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new BoardkitError(`${field} names ${unknown.join(", ")}, which ${unknown.length > 1 ? `are no ${what}s` : `is no ${what}`}`, {
    code: "BAD_DATA",
    exit: "usage",
    place: join(project.folder, "package.json"),
    mend: `the ${what}s are:\n${[...known.keys()].join("\n")}`,
  });
}

function chooseBuilder(target: Triple, facts: Facts, wanted: BuilderName | "auto"): BuilderName {
  if (wanted !== "native") return "zig";
  if (facts.host === target.triple) return "native";
  throw new BoardkitError(`the native builder makes ${facts.host} only`, {
    code: "BUILDER_UNFIT",
    exit: "usage",
    place: target.triple,
    mend: "leave --builder out, or name --builder zig, which builds every target",
  });
}

type CargoCall = { env: Record<string, string>; cwd: string; targetDir: string; args: string[] };

// Without the reader of debug information for backtraces: there is none in a stripped file.
const BUILD_STD = ["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"];

/** cargo's arguments beside those of the target. */
export function cargoArguments(facts: Pick<Facts, "hasLockfile">, prebuilt: boolean): string[] {
  return [...(facts.hasLockfile ? ["--locked"] : []), ...(prebuilt ? [] : BUILD_STD)];
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
  const partial = join(distFolder(project.folder, target.triple), ".partial-build");
  // napi-rs takes no project that lists both arm- and armv7- triples, since it gives both the same file name.
  const config = join(partial, "napi.json");
  const flags = ["--target", target.triple, "--profile", choice.profile.cargoProfile, "--platform", "--no-js", "--config-path", config];
  const folders = ["--target-dir", cargo.targetDir, "--output-dir", partial];
  return {
    id: "build",
    argv: [facts.node, facts.napi, "build", ...flags, ...folders, "--", ...cargo.args, ...featureFlags(project, choice.profile)],
    cwd: cargo.cwd,
    env: cargo.env,
    files: { [config]: JSON.stringify({ ...project.napi, targets: [target.triple] }) },
    inputs: facts.addonInputs,
    outputs: [artifact],
    partial,
    collect: "addon",
  };
}

function testsStep(target: Triple, project: Project, facts: Facts, choice: Choice, dist: string, cargo: CargoCall): Step {
  // With the addon among the packages cargo gives all dependencies the features that they were just compiled with.
  const packages = [...project.settings.tests, ...(facts.untestedAddon ? [facts.untestedAddon] : [])];
  const crates = packages.flatMap((name) => ["--package", name]);
  const flags = ["--target", target.triple, "--profile", choice.profile.cargoProfile, "--target-dir", cargo.targetDir];
  return {
    id: "tests",
    argv: ["cargo", "test", "--no-run", "--tests", "--message-format=json-render-diagnostics", ...crates, ...flags, ...cargo.args],
    cwd: cargo.cwd,
    env: cargo.env,
    inputs: facts.testInputs,
    outputs: [join(dist, "smoke", "tests")],
    partial: join(dist, ".partial-tests"),
    collect: "cargo-tests",
  };
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
