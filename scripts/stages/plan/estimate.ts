// How long a plan will take that has targets which were never built, and how much will be downloaded.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { formatSeconds } from "../../lib/reporter.ts";
import type { Plan, TargetPlan } from "../../model/plan.ts";
import { getToolchain } from "../../model/registry.ts";
import { isStored } from "../../tools/store/store.ts";
import type { Context } from "../context.ts";
import { manifestFile } from "../manifest.ts";
import { basisOf, fetchKey, findDownload, stepKey, timingsFor } from "../times.ts";

/** One thing to do. Those of a lane follow each other. */
type Work = { lane: string; seconds: number | undefined; bytes: number; isOwn: boolean };

type Estimate = {
  /** Targets that were never built, and toolchains that are not in the store. */
  targets: number;
  toolchains: number;
  seconds: number;
  bytes: number;
  /** Whether every time is of this machine; else the others are of `timingsFor`. */
  isOwn: boolean;
  /** How many steps and toolchains have no time at all; they are not in the sums. */
  unknown: number;
};

type Known = Pick<Context, "cache" | "registry" | "times" | "jobs">;

/** The estimate for a plan; undefined if all its targets were built before and nothing is to be fetched, or if no time is known. */
export function estimatePlan(plan: Plan, context: Known): Estimate | undefined {
  const { cache, registry, jobs } = context;
  const targets = plan.targets.filter(({ dist }) => !existsSync(manifestFile(dist)));
  const ids = new Set(plan.targets.flatMap(({ needs }) => [...needs.build, ...needs.smoke]));
  const missing = [...ids].map((id) => getToolchain(registry, id)).filter((item) => !isStored(cache, item));
  if (targets.length === 0 && missing.length === 0) return undefined;
  const fetches = missing.map((item): Work => {
    const found = findDownload(item, context);
    const isOwn = context.times.find(fetchKey(item)) !== undefined;
    // Each registry has one client.
    return { lane: item.sources[0]?.kind ?? "", seconds: found?.seconds, bytes: found?.bytes ?? 0, isOwn };
  });
  const steps = targets.flatMap((target) => stepsOf(target, plan, context));
  const all = [...fetches, ...steps];
  if (all.every(({ seconds }) => seconds === undefined)) return undefined;
  return {
    targets: targets.length,
    toolchains: missing.length,
    seconds: secondsOf(fetches, Infinity) + secondsOf(steps, jobs),
    bytes: fetches.reduce((sum, { bytes }) => sum + bytes, 0),
    isOwn: all.every(({ isOwn }) => isOwn),
    unknown: all.filter(({ seconds }) => seconds === undefined).length,
  };
}

/** The steps and runs of a target: as long as the longest recorded time if cargo has nothing of it yet, else as long as the last one. */
function stepsOf({ target, builder, targetDir, steps, runs }: TargetPlan, plan: Plan, { times, registry }: Known): Work[] {
  const names = [...steps.map(({ id }) => id), ...runs.flatMap(({ kind, skip }) => (skip ? [] : [`smoke ${kind}`]))];
  const isCold = !existsSync(join(targetDir, target.triple));
  return names.map((name) => {
    const own = times.all()[stepKey(name, target.triple, basisOf(plan.project.name, plan.profile, builder))];
    const recorded = own?.map((one) => one.seconds);
    const seconds = recorded ? (isCold ? Math.max(...recorded) : recorded[0]) : timingsFor(registry)?.steps[name];
    return { lane: targetDir, seconds, bytes: 0, isOwn: own !== undefined };
  });
}

/** The time of work in at most `jobs` lanes at a time: that of the longest lane, or of all evenly spread. */
function secondsOf(work: Work[], jobs: number): number {
  const sum = (of: Work[]) => of.reduce((total, { seconds = 0 }) => total + seconds, 0);
  const lanes = [...Map.groupBy(work, ({ lane }) => lane).values()].map(sum);
  return Math.max(0, ...lanes, sum(work) / jobs);
}

/** `about 12 min and 310 MB of downloads, for 8 targets that were never built and 9 toolchains`. */
export function describeEstimate(estimate: Estimate, { registry }: Pick<Known, "registry">): string {
  const { targets, toolchains, seconds, bytes, isOwn, unknown } = estimate;
  const what = [
    ...(targets > 0 ? [`${count(targets, "target")} that ${targets === 1 ? "was" : "were"} never built`] : []),
    ...(toolchains > 0 ? [count(toolchains, "toolchain")] : []),
  ];
  const size = bytes > 0 ? ` and ${(bytes / 1e6).toFixed(0)} MB of downloads` : "";
  const from = timingsFor(registry);
  return [
    `estimate: about ${minutes(seconds)}${size}, for ${what.join(" and ")}`,
    ...(isOwn || !from ? [] : [`from times of ${from.project} on a machine with ${from.cores} processors`]),
    ...(unknown > 0 ? [`without ${count(unknown, "step")} that ${unknown === 1 ? "has" : "have"} no recorded time`] : []),
  ].join("; ");
}

/** Says how long a plan will take, unless everything was built before. */
export function announce(plan: Plan, context: Context): void {
  const estimate = estimatePlan(plan, context);
  if (!estimate) return;
  context.reporter.note(describeEstimate(estimate, context));
  if (estimate.unknown === 0) context.reporter.expect(estimate.seconds);
}

const count = (of: number, noun: string) => `${of} ${noun}${of === 1 ? "" : "s"}`;

/** Whole minutes, since an estimate has no seconds; below two minutes its seconds matter. */
function minutes(seconds: number): string {
  return seconds < 100 ? formatSeconds(Math.ceil(seconds)).replace(".0s", " s") : `${Math.round(seconds / 60)} min`;
}
