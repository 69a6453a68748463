// The tests of bindings/python: its wheel, built and installed as for a user, and the checks of its sources.
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { packageRoot } from "../../lib/paths.ts";
import { getToolchain } from "../../model/registry.ts";
import type { Context } from "../../stages/context.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { provided } from "../../tools/store/store.ts";
import { run, runOrFail, tailOf } from "../../tools/exec.ts";
import { makeSdist, makeWheel } from "../../tools/rust/maturin.ts";
import { readRustFacts } from "../../tools/rust/rust.ts";
import { ensureRequirements, makeVenv, pipInstall } from "../../tools/packages/pip.ts";
import { countPytest, countOne, type Count, type Counts } from "../suites/counts.ts";
import { testLog } from "../suites/logs.ts";
import { findPythons } from "./pythons.ts";

const folder = join(packageRoot, "bindings/python");
/** The oldest Python that the pinned tools support; `testPythons` runs the package in older ones. */
const LEAST = [3, 11] as const;

type Check = { name: string; argv: string[]; env?: Record<string, string>; count: Count };

/** Runs all checks, and reports each failure as it happens. */
export async function testPython(context: Context): Promise<Counts> {
  const { cache, signal } = context;
  const { python, wheel } = await installWheel(context);
  const checks = checksOf(python);
  checks.push(await bareCheck(cache, signal), await installedCheck("the wheel, installed alone", ["--no-index", wheel], context));
  return runChecks(checks, context);
}

/** Makes `calls` calls of each kind, and checks that memory does not grow. */
export async function testLeaks(calls: number, context: Context): Promise<Counts> {
  const { python } = await installWheel(context);
  // No time limit per test: the suite has its own.
  const options = ["--quiet", "-p", "no:cacheprovider", "-rP", "-o", "faulthandler_timeout=0"];
  const argv = [python, "-m", "pytest", ...options, "tests/package/test_leaks.py"];
  return runChecks([{ name: "memory after many calls", argv, env: { GRID_LEAK_CALLS: String(calls) }, count: countPytest }], context);
}

/** Builds the sdist and installs it as pip does without a wheel: pip fetches maturin and compiles for minutes. */
export async function testSdist(context: Context): Promise<Counts> {
  const sdist = await build(["sdist"], makeSdist, context);
  return runChecks([await installedCheck("the sdist, built and installed by pip", [sdist], context)], context);
}

/**
 * Runs the behaviour cases of the wheel, and the sources without it, in every CPython of this machine that the wheel supports. The tools
 * of the other tests need a newer Python.
 */
export async function testPythons(searchPath: string, pyenv: string, context: Context): Promise<Counts> {
  const { signal } = context;
  const pythons = await findPythons(searchPath, pyenv);
  if (pythons.length === 0)
    return { passed: 0, failed: 0, skipped: 1, reasons: ["neither the PATH nor pyenv has a CPython 3.9 or later: install one"] };
  const { python, wheel } = await buildTested(context);
  const site = join(packageRoot, "dist/python/site");
  await rm(site, { recursive: true, force: true });
  await pipInstall(python, ["--no-index", "--no-deps", "--target", site, wheel], signal);
  await runOrFail({ argv: ["npm", "run", "--silent", "build", "--workspace", "@boardkit/grid"], cwd: packageRoot, signal }, "BUILD_FAILED");
  const env = { PYTHONPATH: site, PYTHONDONTWRITEBYTECODE: "1" };
  const checks = pythons.flatMap(({ path, minor }) => [
    { name: `the wheel in Python 3.${minor}`, argv: [path, "-W", "error", "smoke.py"], env, count: countOne },
    {
      name: `without the extension in Python 3.${minor}`,
      argv: [path, "-W", "error::DeprecationWarning", "tests/bare.py"],
      count: countOne,
    },
  ]);
  return runChecks(checks, context);
}

async function runChecks(checks: Check[], { reporter, signal }: Context): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for (const { name, argv, env, count } of checks) {
    const outcome = await run({ argv, cwd: folder, env, log: testLog(`boardkit_grid ${name}`), signal });
    const counts = count(outcome.stdout, outcome.exitCode);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    total.reasons.push(...counts.reasons);
    const note = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    if (counts.failed === 0) {
      reporter.done("test", name, outcome.seconds, note);
      continue;
    }
    reporter.failed("test", name, outcome.seconds, note);
    process.stderr.write(`${tailOf(outcome.stdout)}\n${tailOf(outcome.stderr)}\n`);
  }
  return total;
}

/** Why this machine cannot run the tests, with the fix. */
export async function findPythonObstacle(): Promise<string | undefined> {
  const least = LEAST.join(".");
  const outcome = await run({ argv: ["python3", "-c", `import sys, venv; sys.exit(sys.version_info < (${LEAST.join(", ")}))`] });
  if (outcome.exitCode === 0) return undefined;
  return `python3 is older than ${least} or has no venv: apt-get install python3-venv, or put a newer Python first on the PATH`;
}

/** Builds the wheel of this machine in a profile of Cargo.toml. */
export async function buildWheel(python: string, profile: "release" | "test-release", context: Context): Promise<string> {
  // The folder of the addon for this machine, so that most crates are compiled once for both.
  const { host } = await readRustFacts(folder, context.signal);
  const options = ["--profile", profile, "--target", host, "--locked", "--compatibility", "linux", "--interpreter", python];
  return build(["build", ...options], makeWheel, context);
}

/** A Python with the tools of the tests, and the wheel. */
async function buildTested(context: Context): Promise<{ python: string; wheel: string }> {
  const { cache, signal } = context;
  const python = await ensureRequirements(join(cache, "python-tests"), join(folder, "tests/requirements.txt"), signal);
  return { python, wheel: await buildWheel(python, "test-release", context) };
}

/** A Python with the tools of the tests and the installed package. */
async function installWheel(context: Context): Promise<{ python: string; wheel: string }> {
  const tested = await buildTested(context);
  await pipInstall(tested.python, ["--no-index", "--no-deps", "--force-reinstall", tested.wheel], context.signal);
  return tested;
}

/** Runs a maturin command that writes into dist/python; returns the path of its output. */
async function build(command: string[], make: typeof makeWheel, context: Context): Promise<string> {
  const { cache, registry, reporter, signal } = context;
  await fetchItems(["maturin"], context);
  const maturin = provided(cache, getToolchain(registry, "maturin"), "maturin");
  const out = join(packageRoot, "dist/python");
  const argv = [maturin, ...command, "--out", out];
  const { path, seconds } = await make({ argv, cwd: folder, log: testLog("maturin"), signal }, out);
  reporter.done("test", `maturin ${command[0]}`, seconds, basename(path));
  return path;
}

function checksOf(python: string): Check[] {
  const tool = (name: string, argv: string[], count: Count = countOne) => ({ name, argv: [python, "-m", ...argv], count });
  return [
    tool("ruff check", ["ruff", "check", "."]),
    tool("ruff format", ["ruff", "format", "--check", "."]),
    tool("mypy", ["mypy"]),
    tool("stubtest", ["mypy.stubtest", "boardkit_grid._native", "--mypy-config-file", "pyproject.toml"]),
    tool("pytest", ["pytest", "--quiet", "-p", "no:cacheprovider"], countPytest),
  ];
}

/** The sources without the extension, in an empty environment: as for a user whose wheel does not fit. */
async function bareCheck(cache: string, signal: AbortSignal): Promise<Check> {
  const bare = await makeVenv(join(cache, "python-bare"), signal);
  return { name: "without the extension", argv: [bare, "-W", "error::DeprecationWarning", "tests/bare.py"], count: countOne };
}

/** Files as pip installs them for a user, in an empty environment. */
async function installedCheck(name: string, files: string[], { cache, signal }: Context): Promise<Check> {
  const alone = await makeVenv(join(cache, "python-alone"), signal);
  // The sdist's files are dated 2006, so in a used target folder cargo would take older outputs for current ones.
  await pipInstall(alone, files, signal, { CARGO_TARGET_DIR: undefined });
  return { name, argv: [alone, "-W", "error", "tests/installed.py"], count: countOne };
}
