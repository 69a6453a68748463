// The names under which times are kept, and the times and sizes for what has none yet.
import { availableParallelism } from "node:os";
import type { Timing } from "../lib/progress/times.ts";
import type { Registry } from "../model/registry.ts";
import type { Timings } from "../model/targets/timings.ts";
import type { Toolchain } from "../model/targets/toolchain.ts";
import type { Context } from "./context.ts";

/** The name for a step of a target; `of` is what its time depends on besides the target. */
export function stepKey(step: string, subject: string, of: string): string {
  return [step, subject, of].filter(Boolean).join(" | ");
}

/** The name for a toolchain. */
export function fetchKey({ id, version }: Pick<Toolchain, "id" | "version">): string {
  return stepKey("set-up", id, version);
}

/** What a project's steps depend on besides the target. */
export function basisOf(project: string, profile: string, builder: string): string {
  return `${project} ${profile} ${builder}`;
}

/** The recorded times of the kind of machine that is nearest to this one. */
export function timingsFor({ timings }: Pick<Registry, "timings">, cores = availableParallelism()): Timings | undefined {
  return [...timings.values()].toSorted((one, other) => Math.abs(one.cores - cores) - Math.abs(other.cores - cores))[0];
}

/** The time and the bytes of a download: of this machine, else of a machine like it. */
export function findDownload(item: Toolchain, { times, registry }: Pick<Context, "times" | "registry">): Timing | undefined {
  return times.find(fetchKey(item)) ?? timingsFor(registry)?.downloads[item.id];
}
