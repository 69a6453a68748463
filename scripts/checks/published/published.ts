// Compares the audit's verdicts on published addons with runs: each is fetched, audited for a CPU, and loaded under QEMU at that CPU.
import { basename, join } from "node:path";
import type { Finding } from "../../audit/report.ts";
import type { Plan, TargetPlan } from "../../model/plan.ts";
import { auditPath } from "../../audit/audit-path.ts";
import type { Context } from "../../stages/context.ts";
import { executeStep, keyOf } from "../../stages/build/execute.ts";
import { readManifest } from "../../stages/manifest.ts";
import { fetchAddon, nameOf } from "./addon.ts";
import type { Entry } from "./list.ts";
import { chooseRun, extraFeatures, observe, type Observed } from "./run.ts";
import type { Place } from "../../audit/place.ts";
import { cpuOf, placeOfTarget } from "../../model/place.ts";

export type Verdict = {
  file: string;
  cpu: string;
  host: string;
  predicted: "runs" | "dies" | "fails";
  observed: Observed["end"];
  /** The finding that decides, or how the run failed. */
  reason: string;
  /** Why the two differ, if that is known. */
  explain?: string;
};

/** Compares entries, one after another. */
export async function* comparePublished(entries: Entry[], plan: Plan, rustc: string, context: Context): AsyncGenerator<Verdict> {
  const { registry, cache, signal } = context;
  const hosts = new Set<string>();
  for (const entry of entries) {
    const target = plan.targets.find((one) => one.target.triple === entry.target);
    if (!target) throw new TypeError(`${nameOf(entry)} names ${entry.target}, which the plan does not have`);
    const { planned, cpu } = chooseRun(target, entry);
    if (planned.kind === "host" && !hosts.has(entry.target)) {
      await makeHost(target, rustc, context);
      hosts.add(entry.target);
    }
    const file = await fetchAddon(entry, cache, signal);
    const emulated = cpuOf(registry, cpu);
    // The target's place, without this project's requirements for its own addon.
    const place = { ...placeOfTarget(registry, target.target), ...emulated, pageSize: 4096, glibcFloor: undefined };
    const extra = extraFeatures(cpu);
    // The same place with all features of QEMU's CPU: separates a wrong verdict from an emulator with more features than the board.
    const generous = { ...place, features: [...emulated.features, ...extra] };
    const [errors, fewer] = await auditAt(file, [place, generous]);
    const predicted = predict(errors ?? []);
    const { end: observed, program, did, reason } = await observe(planned, file, entry, signal);
    const byEmulator = predicted !== observed && predict(fewer ?? []) === observed;
    const explain = entry.explain ?? (byEmulator ? `QEMU's ${cpu} has ${extra.join(" and ")}, the board's does not` : undefined);
    const cause = observed === "fails" || observed === "unknown" ? reason : (errors?.[0]?.message ?? reason);
    yield { file: nameOf(entry), cpu, host: `${program}, ${did}`, predicted, observed, reason: cause, ...(explain ? { explain } : {}) };
  }
}

/** Errors at each place: of a file, and of the files that it unpacks at run time. */
async function auditAt(path: string, places: Place[]): Promise<Finding[][]> {
  const audits = await Array.fromAsync(auditPath(path, places));
  // QEMU does not emulate the erratum.
  const counts = ({ rule, severity }: Finding) => severity === "error" && rule !== "cpu/erratum-843419";
  return places.map((_, index) => audits.flatMap((audit) => audit.places[index]?.findings.filter(counts) ?? []));
}

function predict(errors: Finding[]): Verdict["predicted"] {
  if (errors.length === 0) return "runs";
  return errors.some(({ rule }) => rule !== "cpu/missing-feature") ? "fails" : "dies";
}

/** Compiles the host of a target unless it is up to date. */
async function makeHost({ steps, dist, tools }: TargetPlan, rustc: string, { reporter, signal }: Context): Promise<void> {
  const step = steps.find(({ id }) => id === "host");
  if (!step) throw new TypeError(`no step compiles the host of ${dist}`);
  const known = (await readManifest(dist))?.steps.host;
  const key = await keyOf(step, `${rustc}; ${tools}`);
  await executeStep(step, known, {
    key,
    log: join(dist, "logs", "host.log"),
    force: false,
    signal,
    begin: () => reporter.begin("host", basename(dist)),
  });
}
