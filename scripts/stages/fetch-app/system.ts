// The systems that packages are fetched for: package managers know the CPU and the C library, and no more of a board.
import type { Place } from "../../audit/place.ts";
import { getArchitecture, type Registry } from "../../model/registry.ts";

export type System = {
  /** process.arch. */
  cpu: string;
  libc: "glibc" | "musl";
};

/** The systems of places, each with its places. */
export function groupBySystem(registry: Registry, places: Place[]): { system: System; places: Place[] }[] {
  const cpuOf = (place: Place) => getArchitecture(registry, place.arch).node;
  const groups = Map.groupBy(places, (place) => nameOf({ cpu: cpuOf(place), libc: place.libc }));
  return [...groups.values()].map((group) => ({ system: { cpu: cpuOf(group[0]!), libc: group[0]!.libc }, places: group }));
}

/** The options by which npm and pnpm choose packages for a system. */
export function platformOptions({ cpu, libc }: System): string[] {
  return ["--os=linux", `--cpu=${cpu}`, `--libc=${libc}`];
}

/** Names a system for folders and lines of progress. */
export function nameOf({ cpu, libc }: System): string {
  return `${cpu}-${libc}`;
}
