// The decisions of the plan: builder, standard library, directory, runs.
import { expect, test } from "vitest";
import { describePlan } from "../../commands/output/plan.ts";
import type { Project } from "../../model/project.ts";
import { selectProfile, selectTriples } from "../../model/registry.ts";
import { makePlan } from "./plan.ts";
import type { Choice, Facts } from "./inputs.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const facts: Facts = {
  cache: "/cache",
  builders: { host: "x86_64-unknown-linux-gnu", obstacles: {} },
  cargoHome: "/home/me/.cargo",
  sysroot: "/rust-1.95",
  rustc: "rustc 1.95.0",
  node: "/node",
  napi: "/napi.js",
  std: new Set(["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-musl"]),
  targetDir: "/p/target",
  remaps: [["/p", "/project"]],
  addonInputs: ["/p/src"],
  testInputs: ["/p/src", "/p/tests"],
  untestedAddon: "thing",
  manifest: "/p/Cargo.toml",
  library: "libthing.so",
  newLockfile: false,
};
const project: Project = {
  folder: "/p",
  addonFolder: "/p",
  manifest: "/p/Cargo.toml",
  name: "thing",
  version: "1.0.0",
  binaryName: "thing",
  packageName: "thing",
  packageJson: {},
  napi: { binaryName: "thing" },
  napiTargets: [],
  hasAddon: true,
  settings: {
    addon: ".",
    targets: [],
    systemPackages: [],
    crates: [],
    prepareInputs: [],
    prepareOutputs: [],
    smokeInputs: [],
    runtimes: [],
    tests: ["core"],
    allow: [],
    sizeBudgets: {},
    profiles: {},
  },
};

function plan(
  triple: string,
  changes: { facts?: Partial<Facts>; builder?: Choice["builder"]; rustTests?: boolean; profile?: string; project?: Partial<Project> } = {},
) {
  const { rustTests = false, builder = "auto" } = changes;
  const choice = { rustTests, builder, profile: selectProfile(registry, changes.profile ?? "standard") };
  const result = makePlan(
    registry,
    selectTriples(registry, [triple]),
    { ...project, ...changes.project },
    { ...facts, ...changes.facts },
    choice,
  );
  const [target] = result.targets;
  if (!target) throw new Error(`no plan for ${triple}`);
  return target;
}

/** The flags that keep this machine's paths out of a file. */
const remaps = (folder: string) => ["/p=/project", `/p/target/boardkit/${folder}=/target`].map((pair) => `--remap-path-prefix=${pair}`);

const step = (target: ReturnType<typeof plan>, id: string) => target.steps.find((item) => item.id === id);

test("a compiled standard library is used if there is one, without RUSTC_BOOTSTRAP", () => {
  const build = step(plan("aarch64-unknown-linux-musl"), "build");
  expect(build?.argv.slice(-2)).toEqual(["--", "--locked"]);
  expect(build?.env).not.toHaveProperty("RUSTC_BOOTSTRAP");
});

test("without a compiled standard library it is built with the addon, in a separate directory", () => {
  const target = plan("armv7-unknown-linux-musleabihf");
  const build = step(target, "build");
  expect(build?.argv.slice(-2)).toEqual(["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"]);
  expect(build?.env).toMatchObject({ RUSTC_BOOTSTRAP: "1" });
  expect([target, plan("aarch64-unknown-linux-musl")].map(({ targetDir }) => targetDir)).toEqual([
    "/p/target/boardkit/std-built/armv7-unknown-linux-musleabihf",
    "/p/target/boardkit/std-prebuilt/aarch64-unknown-linux-musl",
  ]);
});

test("the lowest CPU and the glibc floor reach compiler and linker, and override a user's flags", () => {
  const build = step(plan("x86_64-unknown-linux-gnu"), "build");
  expect(build?.env.CARGO_ENCODED_RUSTFLAGS).toBe(
    ["-Ctarget-cpu=x86-64", ...remaps("std-prebuilt/x86_64-unknown-linux-gnu")].join("\u001f"),
  );
  const host = step(plan("arm-unknown-linux-gnueabihf"), "host");
  expect(host?.argv).toEqual(expect.arrayContaining(["arm-linux-gnueabihf.2.17", "-mcpu=arm1176jzf_s"]));
  const musl = step(plan("aarch64-unknown-linux-musl"), "build")?.env.CARGO_ENCODED_RUSTFLAGS;
  const armv7 = step(plan("armv7-unknown-linux-musleabihf"), "build")?.env.CARGO_ENCODED_RUSTFLAGS;
  expect(armv7?.split("\u001f")).toContain("-Ctarget-feature=-crt-static,-d32,+thumb-mode");
  expect(musl?.split("\u001f")).toEqual([
    "-Ctarget-cpu=generic",
    "-Ctarget-feature=-crt-static",
    ...remaps("std-prebuilt/aarch64-unknown-linux-musl"),
  ]);
});

test("tests are cross-compiled on request if no Node is published, together with the addon for the same features", () => {
  const rustTests = { rustTests: true };
  const tests = step(plan("armv7-unknown-linux-musleabihf", rustTests), "tests");
  expect(tests?.argv.join(" ")).toContain("--package core --package thing");
  expect(step(plan("armv7-unknown-linux-musleabihf", { ...rustTests, facts: { untestedAddon: undefined } }), "tests")?.argv).not.toContain(
    "thing",
  );
  expect(plan("armv7-unknown-linux-gnueabihf", rustTests).steps.map((item) => item.id)).toEqual(["build"]);
});

test("without Node the addon runs in the host; without tests in a project their run is skipped with the reason", () => {
  const target = plan("arm-unknown-linux-musleabihf");
  expect(target.runs.map(({ kind }) => kind)).toEqual(["host"]);
  const changes = { rustTests: true, project: { settings: { ...project.settings, tests: [] } } };
  const tested = plan("arm-unknown-linux-musleabihf", changes);
  expect(tested.runs.map(({ kind, skip }) => [kind, skip])).toEqual([
    ["host", undefined],
    ["tests", "boardkit.tests in package.json names no crates"],
  ]);
  expect(tested.steps).toEqual(target.steps);
  expect(target.steps.map((item) => item.id)).toEqual(["build", "host"]);
  expect(target.needs.build).toContain("quickjs");
});

test("a size budget applies to its target only; one for an unknown target is an error that lists the targets", () => {
  const withBudget = (triple: string) => ({ project: { settings: { ...project.settings, sizeBudgets: { [triple]: 1000 } } } });
  const changes = withBudget("x86_64-unknown-linux-musl");
  expect(plan("x86_64-unknown-linux-musl", changes).place.sizeBudget).toBe(1000);
  expect(plan("x86_64-unknown-linux-gnu", changes).place).not.toHaveProperty("sizeBudget");
  expect(() => plan("x86_64-unknown-linux-gnu", withBudget("x86_64-linux-gnu"))).toThrow(
    expect.objectContaining({
      exit: "usage",
      message: "boardkit.sizeBudgets names x86_64-linux-gnu, which is not a target",
      details: expect.objectContaining({ fix: expect.stringContaining("x86_64-unknown-linux-gnu") }),
    }),
  );
});

test("the linker of a wrapper writes a map beside cargo's output, also in a container; the host's own linker is not asked", () => {
  const builders = { ...facts.builders, engine: { name: "podman", path: "/podman", env: {} } };
  for (const builder of ["zig", "gcc", "cross"] as const) {
    const build = step(plan("aarch64-unknown-linux-gnu", { builder, facts: { builders } }), "build");
    const maps = `/p/target/boardkit/${builder === "zig" ? "" : `${builder}-`}std-built/aarch64-unknown-linux-gnu/maps/aarch64-unknown-linux-gnu-release`;
    expect(build?.map).toBe(`${maps}/libthing.so.map`);
    expect(build?.env.BOARDKIT_MAP).toBe(build?.map);
    if (builder === "cross") expect(Object.values(build?.files ?? {}).join()).toMatch(/passthrough = .*"BOARDKIT_MAP"/);
  }
  const native = step(plan("x86_64-unknown-linux-gnu", { builder: "native" }), "build");
  expect(native?.env).not.toHaveProperty("BOARDKIT_MAP");
  expect(native).not.toHaveProperty("map");
});

test("the native builder uses the host's linker, and refuses targets of other machines", () => {
  const native = plan("x86_64-unknown-linux-gnu", { builder: "native" });
  const names = Object.keys(step(native, "build")?.env ?? {});
  expect(names.filter((name) => !name.startsWith("PKG_CONFIG"))).toEqual(["CARGO_ENCODED_RUSTFLAGS"]);
  expect(() => plan("x86_64-unknown-linux-musl", { builder: "native" })).toThrow(/builds only for x86_64-unknown-linux-gnu/);
});

test("the note of the native builder is below the head of its target", () => {
  const builders = { ...facts.builders, glibc: "2.36" };
  const choice: Choice = { builder: "native", profile: selectProfile(registry, "standard") };
  const noted = makePlan(registry, selectTriples(registry, ["x86_64-unknown-linux-gnu"]), project, { ...facts, builders }, choice);
  expect(describePlan(noted)).toMatch(/## x86_64-unknown-linux-gnu \(native: .*\)\n# note: it links against this machine's glibc 2\.36, /);
  expect(describePlan({ ...noted, targets: [plan("x86_64-unknown-linux-gnu")] })).not.toContain("# note");
});

test("build scripts find no library of this machine, unless a profile of the project sets the path", () => {
  const env = (changes: Parameters<typeof plan>[1] = {}) => step(plan("x86_64-unknown-linux-gnu", changes), "build")?.env;
  const blocked = { PKG_CONFIG_ALLOW_CROSS: "1", PKG_CONFIG_LIBDIR: "/cache/no-libraries-of-the-host", PKG_CONFIG_PATH: "" };
  expect(env()).toMatchObject(blocked);
  expect(env({ builder: "native" })).toMatchObject(blocked);
  const profiles = { standard: { env: { PKG_CONFIG_LIBDIR: "/sysroot" } } };
  expect(env({ project: { settings: { ...project.settings, profiles } } })?.PKG_CONFIG_LIBDIR).toBe("/sysroot");
});

test("napi-rs gets the manifest path of a crate elsewhere in its workspace", () => {
  expect(step(plan("aarch64-unknown-linux-musl"), "build")?.argv).not.toContain("--manifest-path");
  const elsewhere = step(plan("aarch64-unknown-linux-musl", { facts: { manifest: "/p/crates/node/Cargo.toml" } }), "build");
  expect(elsewhere?.argv.join(" ")).toContain("--manifest-path /p/crates/node/Cargo.toml");
});

test("a profile sets features, budget and cargo's settings", () => {
  const settings = {
    ...project.settings,
    sizeBudgets: { "aarch64-unknown-linux-musl": 5 },
    profiles: { small: { features: ["a", "b"], env: { ZONES: "UTC" }, sizeBudgets: { "aarch64-unknown-linux-musl": 3 } } },
  };
  const small = plan("aarch64-unknown-linux-musl", { profile: "small", project: { settings } });
  expect(step(small, "build")?.argv.slice(-3)).toEqual(["--no-default-features", "--features", "a,b"]);
  expect(step(small, "build")?.env).toMatchObject({ CARGO_PROFILE_RELEASE_OPT_LEVEL: "z", ZONES: "UTC" });
  expect(small.place.sizeBudget).toBe(3);
  const standard = plan("aarch64-unknown-linux-musl", { project: { settings } });
  expect(step(standard, "build")?.argv.at(-1)).toBe("--locked");
  expect(step(standard, "build")?.env).not.toHaveProperty("CARGO_PROFILE_RELEASE_OPT_LEVEL");
  expect(standard.place.sizeBudget).toBe(5);
});

test("a profile without Node builds no addon", () => {
  expect(() => plan("aarch64-unknown-linux-musl", { profile: "tiny" })).toThrow("tiny");
});

const CONFIG = /Cross\.toml$/;

test("gcc has separate wrappers and a separate directory, and needs zig for the old glibc", () => {
  const target = plan("armv7-unknown-linux-gnueabihf", { builder: "gcc" });
  expect(target).toMatchObject({
    builder: "gcc",
    linker: "gcc",
    targetDir: "/p/target/boardkit/gcc-std-built/armv7-unknown-linux-gnueabihf",
  });
  expect(target.needs.build).toEqual(["zig", "cargo-zigbuild", "gcc-armv7"]);
  expect(step(target, "build")?.env.CARGO_TARGET_ARMV7_UNKNOWN_LINUX_GNUEABIHF_LINKER).toContain("armv7-unknown-linux-gnueabihf-gcc-");
  expect(target.wrappers[0]?.texts.cc).toContain("/usr/lib/x86_64-linux-gnu");
  const own = plan("x86_64-unknown-linux-gnu", { builder: "gcc" });
  expect(own.wrappers[0]?.texts.cc).toContain('exec "x86_64-linux-gnu-gcc"');
});

test("cross replaces cargo, with the paths of the container", () => {
  const builders = { ...facts.builders, engine: { name: "podman", path: "/podman", env: { CONTAINERS_CONF: "/c" } } };
  const more: Facts["remaps"] = [...facts.remaps, ["/home/me/.cargo/registry/src/x", "/crates"]];
  const target = plan("arm-unknown-linux-musleabihf", { builder: "cross", rustTests: true, facts: { builders, remaps: more } });
  expect(target).toMatchObject({ builder: "cross", linker: "zig", image: { name: "localhost/boardkit/zig:bookworm" } });
  const [build, tests] = [step(target, "build"), step(target, "tests")];
  expect(build?.env).toMatchObject({ CROSS_CONTAINER_ENGINE: "/podman", CONTAINERS_CONF: "/c", CARGO: expect.stringMatching(/\/cross$/) });
  expect(build?.env.CARGO_ENCODED_RUSTFLAGS).toContain("--remap-path-prefix=/cargo/registry/src/x=/crates");
  expect(build?.env.CARGO_ENCODED_RUSTFLAGS).toContain("--remap-path-prefix=/target=/target");
  const config = Object.entries(build?.files ?? {}).find(([name]) => CONFIG.test(name));
  expect(config?.[1]).toContain("RUSTC_BOOTSTRAP");
  expect(build?.inputs.some((path) => path.endsWith("docker/Dockerfile"))).toBe(true);
  expect(tests?.argv[0]).toBe(build?.env.CARGO);
  expect(tests?.outside).toEqual(["/target", target.targetDir]);
  for (const { env, cleanUp } of [build, tests].filter((item) => item !== undefined)) {
    const [engine, ...args] = cleanUp ?? [];
    expect([engine, args.slice(0, 2)]).toEqual(["/podman", ["rm", "--force"]]);
    expect(env.CROSS_CONTAINER_OPTS).toBe(`--name ${args.at(-1)}`);
  }
  expect(build?.cleanUp).not.toEqual(tests?.cleanUp);
});

test("targets that the builder cannot build are skipped with the reason", () => {
  const choice: Choice = { builder: "gcc", profile: selectProfile(registry, "standard") };
  const { targets, skipped } = makePlan(registry, selectTriples(registry, ["armv7*"]), project, facts, choice);
  expect(targets.map(({ target }) => target.triple)).toEqual(["armv7-unknown-linux-gnueabihf"]);
  expect(skipped).toEqual([{ target: "armv7-unknown-linux-musleabihf", reason: expect.stringContaining("no cross gcc for musl") }]);
});

test("`dist` of the choice replaces the project's dist/", () => {
  const choice: Choice = { builder: "zig", profile: selectProfile(registry, "standard"), dist: "/p/dist/.compare/zig" };
  const [target] = makePlan(registry, selectTriples(registry, ["aarch64-unknown-linux-musl"]), project, facts, choice).targets;
  expect(target?.artifact).toBe("/p/dist/.compare/zig/aarch64-unknown-linux-musl/thing.linux-arm64-musl.node");
  expect(target?.steps[0]?.partial).toContain("/p/dist/.compare/zig/");
});
