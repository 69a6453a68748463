// What tests bindings/python: its wheel, built and installed as a user's would be, and what looks at its sources.
import { basename, join } from "node:path";
import { packageRoot } from "../lib/paths.ts";
import { getToolchain } from "../model/registry.ts";
import type { Context } from "../pipeline/context.ts";
import { fetchItems } from "../pipeline/setup.ts";
import { provided } from "../pipeline/store.ts";
import { run, tailOf } from "../tools/exec.ts";
import { makeWheel } from "../tools/maturin.ts";
import { ensureRequirements, makeVenv, pipInstall } from "../tools/pip.ts";
import { countPytest, countWhole, type Count, type Counts } from "./counts.ts";

const folder = join(packageRoot, "bindings/python");
/** The oldest Python that the pinned tools run on; the package itself is tested by what it runs on. */
const LEAST = [3, 11] as const;

type Check = { name: string; argv: string[]; count: Count };

/** Runs all of it, and tells what failed as it comes. */
export async function testPython(context: Context): Promise<Counts> {
  const { cache, reporter, signal } = context;
  const python = await ensureRequirements(join(cache, "python-tests"), join(folder, "tests/requirements.txt"), signal);
  const wheel = await buildWheel(python, context);
  await pipInstall(python, ["--no-index", "--no-deps", "--force-reinstall", wheel], signal);
  const total: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for (const check of [...checksOf(python), await bareCheck(cache, signal)]) {
    const outcome = await run({ argv: check.argv, cwd: folder, signal });
    const counts = check.count(outcome.stdout, outcome.exitCode);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    total.reasons.push(...counts.reasons);
    const note = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    if (counts.failed === 0) {
      reporter.done("test", check.name, outcome.seconds, note);
      continue;
    }
    reporter.failed("test", check.name, outcome.seconds, note);
    process.stderr.write(`${tailOf(outcome.stdout)}\n${tailOf(outcome.stderr)}\n`);
  }
  return total;
}

/** Why this machine cannot run it, with the mend. */
export async function findPythonObstacle(): Promise<string | undefined> {
  const wanted = LEAST.join(".");
  const outcome = await run({ argv: ["python3", "-c", `import sys, venv; sys.exit(sys.version_info < (${LEAST.join(", ")}))`] });
  if (outcome.exitCode === 0) return undefined;
  return `python3 is older than ${wanted} or has no venv: apt-get install python3-venv, or put a newer Python first on the PATH`;
}

/** The wheel of this machine, with what ships inside. */
export async function buildWheel(python: string, context: Context): Promise<string> {
  const { cache, registry, reporter, signal } = context;
  await fetchItems(["maturin"], context);
  const maturin = provided(cache, getToolchain(registry, "maturin"), "maturin");
  const out = join(packageRoot, "dist/python");
  const flags = ["--release", "--locked", "--compatibility", "linux", "--interpreter", python, "--out", out];
  const log = join(packageRoot, "dist/logs/test/wheel.log");
  const { path, seconds } = await makeWheel({ argv: [maturin, "build", ...flags], cwd: folder, log, signal }, out);
  reporter.done("test", "wheel", seconds, basename(path));
  return path;
}

function checksOf(python: string): Check[] {
  const tool = (name: string, argv: string[], count: Count = countWhole) => ({ name, argv: [python, "-m", ...argv], count });
  return [
    tool("ruff check", ["ruff", "check", "."]),
    tool("ruff format", ["ruff", "format", "--check", "."]),
    tool("mypy", ["mypy"]),
    tool("stubtest", ["mypy.stubtest", "boardkit_grid._native", "--mypy-config-file", "pyproject.toml"]),
    tool("pytest", ["pytest", "--quiet", "-p", "no:cacheprovider"], countPytest),
  ];
}

/** The sources without the extension, in an environment that has nothing else: what a user sees whose wheel does not fit. */
async function bareCheck(cache: string, signal: AbortSignal): Promise<Check> {
  const bare = await makeVenv(join(cache, "python-bare"), signal);
  return { name: "without the extension", argv: [bare, "-W", "error::DeprecationWarning", "tests/bare.py"], count: countWhole };
}
