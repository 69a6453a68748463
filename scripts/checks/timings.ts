// The times in a cache folder -> targets/timings. Pure.
import type { Timing } from "../lib/progress/times.ts";
import type { Registry } from "../model/registry.ts";
import type { Timings } from "../model/targets/timings.ts";
import { fetchKey } from "../stages/times.ts";

/** Medians over the targets of a project in the standard profile, and the downloads. What is not among the times stays as it was. */
export function toTimings(
  times: Record<string, Timing[]>,
  { id, cores, project }: Pick<Timings, "id" | "cores" | "project">,
  registry: Pick<Registry, "timings" | "toolchains">,
): Timings {
  const before = registry.timings.get(id);
  // A step of several targets has a name of three parts; the time from cold is the longest one.
  const rows = Object.entries(times).flatMap(([key, timings]) => {
    const [step = "", , of = ""] = key.split(" | ");
    return of.startsWith(`${project} standard `) ? [{ step, seconds: Math.max(...timings.map(({ seconds }) => seconds)) }] : [];
  });
  const steps = [...Map.groupBy(rows, ({ step }) => step)].map(([step, all]) => [step, median(all.map(({ seconds }) => seconds))]);
  const downloads = [...registry.toolchains.values()].flatMap((item) => {
    const [found] = times[fetchKey(item)] ?? [];
    return found?.bytes === undefined ? [] : [[item.id, { bytes: found.bytes, seconds: found.seconds }]];
  });
  return {
    $schema: "../schema/timings.json",
    id,
    cores,
    project,
    steps: sorted({ ...before?.steps, ...Object.fromEntries(steps) }),
    downloads: sorted({ ...before?.downloads, ...Object.fromEntries(downloads) }),
  };
}

function median(values: number[]): number {
  const ordered = values.toSorted((one, other) => one - other);
  return ordered[Math.floor(ordered.length / 2)] ?? 0;
}

/** Sorted by name, so that a new recording gives a short diff. */
function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
