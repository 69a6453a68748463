// Builds the wheels of all targets as `boardkit build --binding python` does, and checks them with auditwheel and abi3audit of PyPI.
import { join } from "node:path";
import { describeError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { wheelPlatform } from "../../model/names.ts";
import { selectTriples } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Context } from "../../stages/context.ts";
import { targetFolder } from "../../model/names.ts";
import { runStages } from "../../stages/pipeline.ts";
import { need } from "../../stages/stage.ts";
import { run, runOrFail, tailOf } from "../../tools/exec.ts";
import { ensureRequirements } from "../../tools/packages/pip.ts";
import type { Counts } from "../suites/counts.ts";
import type { Request } from "../../stages/stage.ts";

const requirements = join(packageRoot, "bindings/python/tests/wheel-requirements.txt");
/** A folder that does not exist. Without it auditwheel would take this machine's libraries for those of the target. */
const NO_LIBRARIES = join(packageRoot, "dist/python/no-libraries");

/** The fields of `auditwheel show --json` that are used here. */
export type AuditwheelReport = {
  /** The best tag by symbol versions. */
  sym_tag: string;
  /** The best tag by symbol versions and libraries. */
  overall_tag: string;
  policy_upgrades: Record<string, { libs_to_eliminate?: string[] }>;
  unsupported_isa: boolean;
};

/** Builds the wheels, checks each with both tools, and reports each failure as it happens. */
export async function testWheels(request: Request, context: Context): Promise<Counts> {
  const { cache, registry, reporter, signal } = context;
  const python = await ensureRequirements(join(cache, "python-wheels"), requirements, signal);
  const state = await runStages(["set-up", "plan", "wheel"], request, { ...context, keepGoing: true });
  const total: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for (const { target, output, error } of need(state, "wheels")) {
    const [triple] = selectTriples(registry, [target]);
    const started = performance.now();
    const path = output && join(targetFolder(packageRoot, target), "wheel", output.wheel.file);
    const faults = path
      ? [await abi3auditFault(python, path, signal), await auditwheelFault(python, path, triple!, signal)]
      : [describeError(error)];
    const failures = faults.filter((fault) => fault !== undefined);
    total.passed += faults.length - failures.length;
    total.failed += failures.length;
    const report = failures.length > 0 ? reporter.failed : reporter.done;
    report("audit", `wheel of ${target}`, (performance.now() - started) / 1000, failures.join("\n") || "abi3audit and auditwheel agree");
  }
  return total;
}

async function abi3auditFault(python: string, path: string, signal: AbortSignal): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await run({ argv: [python, "-m", "abi3audit", "--strict", "--verbose", path], signal });
  return exitCode === 0 ? undefined : `abi3audit: ${tailOf(stdout + stderr)}`;
}

async function auditwheelFault(python: string, path: string, target: Triple, signal: AbortSignal): Promise<string | undefined> {
  const argv = [python, "-m", "auditwheel", "show", "--ldpaths", NO_LIBRARIES, "--json", path];
  const { stdout } = await runOrFail({ argv, signal }, "AUDIT_FAILED");
  return findDisagreement(target, JSON.parse(stdout) as AuditwheelReport);
}

/**
 * Auditwheel's objection to the wheel of a target, if any. Auditwheel does not know ARMv6 and takes it for ARMv7. It expects Alpine's name
 * of musl (`libc.musl-aarch64.so.1`), but zig links `libc.so`: musl's loader resolves every name that begins with `libc.` to itself.
 */
export function findDisagreement(target: Triple, report: AuditwheelReport): string | undefined {
  const { glibcFloor } = target;
  const policy = wheelPlatform({ glibcFloor });
  if (!report.sym_tag.startsWith(`${policy}_`)) return `auditwheel: its symbols need ${report.sym_tag}, and its name says ${policy}`;
  if (report.unsupported_isa) return "auditwheel: it has instructions beyond those of its platform";
  const libraries = Object.values(report.policy_upgrades).flatMap((upgrade) => upgrade.libs_to_eliminate ?? []);
  const foreign = libraries.filter((library) => glibcFloor !== undefined || library !== "libc.so");
  if (foreign.length > 0) return `auditwheel: it needs ${foreign.join(", ")}`;
  if (glibcFloor !== undefined && report.overall_tag !== report.sym_tag) return `auditwheel: it is ${report.overall_tag} at most`;
  return undefined;
}
