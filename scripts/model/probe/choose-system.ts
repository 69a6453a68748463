// The system of a machine, and the CPU file with the most features that it has. Pure.
import { cpuOf } from "../place.ts";
import { getArchitecture, type Registry } from "../registry.ts";
import type { Cpu } from "../targets/cpu.ts";
import type { System } from "../targets/system.ts";
import { lackedFeatures } from "./cpu-features.ts";
import type { MachineFacts } from "./facts.ts";
import { isOfRelease } from "./versions.ts";

/** The systems of targets/systems that the machine has, the most specific first: a system with a file of its own before others. */
export function systemsOf(registry: Registry, { system, libc, userland }: MachineFacts): System[] {
  const { id, version, files } = system;
  const isIt = ({ release, ...one }: System) =>
    release.ids.includes(id ?? "") &&
    isOfRelease(version ?? "", release.version) &&
    (release.file === undefined || files.includes(release.file)) &&
    one.libc === libc?.name &&
    one.targets.some((target) => registry.triples.get(target)?.arch === userland.arch);
  const found = [...registry.systems.values()].filter(isIt);
  return found.toSorted((one, other) => Number(one.release.file === undefined) - Number(other.release.file === undefined));
}

/**
 * The CPU of targets/cpus with the most features that the machine shows, for its programs. Of several with the same ones it is that of the
 * board, else the one with the fewest others: those that no machine shows must not be assumed.
 */
export function chooseCpu(registry: Registry, { userland, cpu }: MachineFacts, ofBoard?: string): Cpu | undefined {
  const architecture = registry.architectures.get(userland.arch);
  if (!architecture || !cpu.known) return undefined;
  const candidates = [...registry.cpus.values()]
    .filter(({ arch, aarch32 }) => arch === userland.arch || (userland.arch === "arm" && aarch32 !== undefined))
    .map((one) => ({ one, features: cpuOf(registry, one.id, userland.arch).features }))
    .filter(({ features }) => lackedFeatures(architecture, features, cpu.features).length === 0);
  const shown = (features: string[]) => features.filter((name) => name in getArchitecture(registry, userland.arch).features).length;
  const isOthers = ({ id }: Cpu) => Number(id !== ofBoard);
  const [best] = candidates.toSorted(
    (left, right) =>
      shown(right.features) - shown(left.features) ||
      isOthers(left.one) - isOthers(right.one) ||
      left.features.length - right.features.length,
  );
  return best?.one;
}
