// Every suite of `npm run test:deep`, in order. They take minutes; `npm test` has quick parts of them.
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Context } from "../../stages/context.ts";
import { addMiri, hasMiri } from "../../tools/rust/rust.ts";
import { countCounted, countLibtest, countOne } from "./counts.ts";
import { findPythonObstacle } from "../python/python.ts";
import { boardkit, buildsAddon, vitest } from "./suites.ts";
import type { Suite } from "./suite.ts";

/**
 * A dated nightly: Miri is the same for all, and the user's own nightly is not updated. Since 2026-09-10 Miri rejects the futex call of
 * dashmap's lock, parking_lot_core 0.9.12: it passes an `&AtomicI32` as a C variadic argument, which is not UB
 * (https://github.com/rust-lang/rust/pull/161734).
 */
const MIRI = "nightly-2026-05-20";

/** A suite takes 1 to 3 minutes if nothing hangs. */
const TIMEOUT_SECONDS = 30 * 60;

const PACKAGE = ["--locked", "--package", "grid-cache"];
// As the release profile, without its long linking.
const PROFILE = [...PACKAGE, "--profile", "test-release"];
const example = (name: string, ...args: string[]) => ["cargo", "run", ...PROFILE, "--example", name, "--", ...args];

/** A part of the tests of bindings/python. */
const ofPython = (name: string, ...args: string[]): Suite => ({
  name: `boardkit_grid: ${name}`,
  argv: boardkit("dev", "test-python", ...args),
  findObstacle: findPythonObstacle,
  count: countCounted,
});

// Tests that compile for minutes.
const deep = { config: "vitest.deep.config.ts" };

/** The suites with all counts multiplied by a factor. */
export function deepSuites(scale: number): Suite[] {
  const times = (count: number) => String(Math.max(1, Math.round(count * scale)));
  const properties = (size: "small" | "large", cases: number): Suite => ({
    name: `grid-cache: ${times(cases)} ${size} caches against the reference`,
    argv: ["cargo", "test", ...PROFILE, "--test", "it", `properties::a_${size}`],
    env: { PROPTEST_CASES: times(cases) },
    count: countLibtest,
  });
  type UnderMiri = Pick<Suite, "count" | "env"> & { crate?: string };
  const underMiri = (name: string, argv: string[], { crate = "grid-cache", ...rest }: UnderMiri): Suite => ({
    name: `${crate} under Miri: ${name}`,
    argv: ["cargo", `+${MIRI}`, "miri", ...argv],
    findObstacle: findMiriObstacle,
    ...rest,
  });
  const hasTests = ({ smoke }: Triple) => smoke.some(({ kind }) => kind === "tests");
  const tested = [...loadRegistry().triples.values()].filter(hasTests);
  const list: Suite[] = [
    {
      name: `grid-cache: caps under 8 threads, ${times(10_000_000)} calls each`,
      argv: example("stress", "--threads", "8", "--ops", times(10_000_000)),
      count: countOne,
    },
    {
      name: `grid-cache: ${times(10_000_000)} random calls against the reference`,
      argv: example("fuzz", "--calls", times(10_000_000)),
      count: countOne,
    },
    properties("small", 30_000),
    properties("large", 600),
    {
      name: `grid-cache: its locks under ${times(50_000)} random and as many PCT schedules per test`,
      argv: ["cargo", "test", ...PROFILE, "--lib", "schedules::"],
      env: { RUSTFLAGS: "--cfg shuttle", GRID_SCHEDULES: times(50_000) },
      count: countLibtest,
    },
    underMiri("unit tests", ["test", ...PACKAGE, "--lib"], { count: countLibtest }),
    underMiri("threads", ["test", ...PACKAGE, "--test", "it", "--", "registry::", "leases::", "events::"], { count: countLibtest }),
    underMiri("names that come and go, 8 schedules", ["test", ...PACKAGE, "--test", "it", "registry::names_that_come_and_go"], {
      env: { MIRIFLAGS: "-Zmiri-many-seeds=0..8" },
      count: countOne,
    }),
    // The unsafe code and the code next to it. It reads the clock, so Miri's isolation is off.
    underMiri(
      "YAML, values, sorts and the work guard",
      ["test", "--locked", "--package", "grid-opa", "--lib", "--", "yaml", "rego::value", "sorting", "guard"],
      { crate: "grid-opa", env: { MIRIFLAGS: "-Zmiri-disable-isolation" }, count: countLibtest },
    ),
    underMiri(`${times(200)} random calls`, ["run", ...PACKAGE, "--example", "fuzz", "--", "--calls", times(200)], { count: countOne }),
    {
      name: "Rust tests on the targets without Node, under QEMU",
      argv: boardkit("ship", "--rust-tests", ...tested.flatMap(({ triple }) => ["--target", triple])),
      timeoutSeconds: 2 * TIMEOUT_SECONDS,
      count: countOne,
    },
    buildsAddon,
    {
      ...vitest(`Node: workers that are terminated at random, ${times(60)} s`, {
        cwd: join(packageRoot, "bindings/node"),
        files: "cache-workers",
      }),
      env: { GRID_WORKERS_SECONDS: times(60) },
    },
    ofPython(`memory after ${times(1_000_000)} calls of each kind`, "leaks", "--calls", times(1_000_000)),
    ofPython("every CPython of this machine", "pythons"),
    // Eight builds.
    { ...ofPython("wheels of all targets, beside auditwheel and abi3audit", "wheels"), timeoutSeconds: 2 * TIMEOUT_SECONDS },
    // cargo compiles the registry once, for minutes.
    vitest("wheels, and crates published to a registry on this machine", {
      ...deep,
      files: ["python/package.deep", "crates/publish.deep"],
    }),
    vitest("zig, gcc and cross build the same addon", { ...deep, files: "builders.deep" }),
    // cargo compiles cross once, and the images are made of Debian's packages.
    { ...vitest("the cross builder in docker", { ...deep, files: "docker.deep" }), timeoutSeconds: 2 * TIMEOUT_SECONDS },
    ofPython("its sdist, built and installed by pip", "sdist"),
  ];
  return list.map((suite) => ({ timeoutSeconds: TIMEOUT_SECONDS * Math.max(1, scale), ...suite }));
}

/** Why Miri is not available, with the fix; it is fetched if possible. */
async function findMiriObstacle({ reporter, signal }: Context): Promise<string | undefined> {
  if (await hasMiri(MIRI, signal)) return undefined;
  reporter.note(`Miri: a component of ${MIRI} of rustup`);
  try {
    await addMiri(MIRI, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof BoardkitError)) throw error;
    return `${error.message}: with access to rustup's server, run ${error.details.command ?? "rustup"}`;
  }
}
