// The steps that call cargo: the addon's build and the Rust tests. Pure.
import { dirname, join } from "node:path";
import type { Step } from "../../model/plan.ts";
import type { Profile } from "../../model/targets/profile.ts";
import type { Project } from "../../model/project.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { MAP } from "../../tools/compilers/wrappers.ts";
import { imageIdFile, imageRecipe } from "../../tools/containers/image.ts";
import type { Building } from "./building.ts";
import type { Choice, Facts } from "./inputs.ts";

export type CargoCall = { env: Record<string, string>; cwd: string; targetDir: string; args: string[]; building: Building };

// Without std's default feature backtrace, which reads debug information: a stripped file has none.
const BUILD_STD = ["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"];

/** cargo's arguments for lock file and standard library. */
export function cargoArguments(prebuilt: boolean): string[] {
  return ["--locked", ...(prebuilt ? [] : BUILD_STD)];
}

/** rustc's flags for a target. The encoded variable overrides a user's RUSTFLAGS, for example -Ctarget-cpu=native. */
export function rustEnvironment(target: Triple, prebuilt: boolean, remaps: Facts["remaps"]): Record<string, string> {
  const features = [...(target.libc === "musl" ? ["-crt-static"] : []), ...target.cpu.rustcFeatures];
  const flags = [
    `-Ctarget-cpu=${target.cpu.rustc}`,
    ...(features.length > 0 ? [`-Ctarget-feature=${features.join(",")}`] : []),
    ...remaps.map(([from, to]) => `--remap-path-prefix=${from}=${to}`),
  ];
  return {
    CARGO_ENCODED_RUSTFLAGS: flags.join("\u001f"),
    // It allows -Zbuild-std on stable compilers.
    ...(prebuilt ? {} : { RUSTC_BOOTSTRAP: "1" }),
  };
}

/**
 * Keeps pkg-config from finding libraries of this machine, which would be linked into the addon if this machine is the target.
 * PKG_CONFIG_ALLOW_CROSS makes the crate pkg-config search, so that its error names the library.
 */
export function noHostLibraries(cache: string): Record<string, string> {
  return { PKG_CONFIG_ALLOW_CROSS: "1", PKG_CONFIG_LIBDIR: join(cache, "no-libraries-of-the-host"), PKG_CONFIG_PATH: "" };
}

/** A profile's settings as cargo's variables, which override the project's Cargo.toml. */
export function profileEnvironment({ cargoProfile, cargo }: Profile): Record<string, string> {
  const name = `CARGO_PROFILE_${cargoProfile.toUpperCase().replaceAll("-", "_")}`;
  return {
    ...(cargo.optLevel === undefined ? {} : { [`${name}_OPT_LEVEL`]: cargo.optLevel }),
    ...(cargo.lto === undefined ? {} : { [`${name}_LTO`]: cargo.lto }),
    ...(cargo.codegenUnits === undefined ? {} : { [`${name}_CODEGEN_UNITS`]: String(cargo.codegenUnits) }),
  };
}

/** cargo's flags for the features that the project chooses for a profile, if it chooses any. */
export function featureFlags(project: Project, { id }: Pick<Profile, "id">): string[] {
  const features = project.settings.profiles[id]?.features;
  return features === undefined ? [] : ["--no-default-features", "--features", features.join(",")];
}

export function buildStep(target: Triple, project: Project, facts: Facts, choice: Choice, artifact: string, cargo: CargoCall): Step {
  const partial = join(dirname(artifact), ".partial-build");
  // Beside cargo's output, since it must outlive the step like that: cargo links only what has changed.
  const map = join(cargo.targetDir, "maps", `${target.triple}-${choice.profile.cargoProfile}`, `${facts.library}.map`);
  const hasMap = cargo.building.linker !== "host";
  const env = { ...cargo.env, ...(hasMap ? { [MAP]: map } : {}) };
  const own = cargo.building.ofStep(partial, env);
  // napi-rs refuses a project with both arm- and armv7- triples, since both get the same file name.
  const config = join(partial, "napi.json");
  const flags = ["--target", target.triple, "--profile", choice.profile.cargoProfile, "--platform", "--no-js", "--config-path", config];
  const isElsewhere = facts.manifest !== join(cargo.cwd, "Cargo.toml");
  const folders = ["--target-dir", cargo.targetDir, "--output-dir", partial, ...(isElsewhere ? ["--manifest-path", facts.manifest] : [])];
  return {
    id: "build",
    argv: [facts.node, facts.napi, "build", ...flags, ...folders, "--", ...cargo.args, ...featureFlags(project, choice.profile)],
    cwd: cargo.cwd,
    env: { ...env, ...own.env },
    files: { [config]: JSON.stringify({ ...project.napi, targets: [target.triple] }), ...own.files },
    inputs: [...facts.addonInputs, ...inputsOf(cargo.building, facts.cache)],
    outputs: [artifact],
    targetDir: cargo.targetDir,
    partial,
    collect: "addon",
    ...(hasMap ? { map } : {}),
    ...(own.cleanUp ? { cleanUp: own.cleanUp } : {}),
  };
}

export function testsStep(target: Triple, project: Project, facts: Facts, choice: Choice, dist: string, cargo: CargoCall): Step {
  // With the addon among the packages the dependencies have the same features as in the build step, and are not compiled again.
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
    targetDir: cargo.targetDir,
    partial,
    collect: "cargo-tests",
    ...(building.outside ? { outside: building.outside } : {}),
    ...(own.cleanUp ? { cleanUp: own.cleanUp } : {}),
  };
}

/** Inputs of a cargo step in addition to sources: the recipe and the id of its image. */
function inputsOf({ image }: Building, cache: string): string[] {
  return image ? [imageRecipe, imageIdFile(cache, image.name)] : [];
}
