// Names of instruction-set features for sentences.
import { cpuOf } from "./place.ts";
import { getArchitecture, supportedBoards, type Registry } from "./registry.ts";

/** How many boards a sentence names. */
const MOST_BOARDS = 2;

/**
 * Names a feature of an architecture, and boards that have it: `LSE atomics, which begin with ARMv8.1; pi-5 and pi-500 have them`. A feature
 * without a name in targets/architectures is named by its id.
 */
export function featureNames(registry: Registry): (arch: string, feature: string) => string {
  return (arch, feature) => {
    const named = getArchitecture(registry, arch).names[feature];
    if (named === undefined) return `the feature ${feature}`;
    const since = named.since === undefined ? "" : `, which begin with ${named.since}`;
    return `${named.name}${since}${boardsWith(registry, arch, feature)}`;
  };
}

function boardsWith(registry: Registry, arch: string, feature: string): string {
  const boards = supportedBoards(registry).filter(({ target, cpu }) => {
    const ofBoard = registry.triples.get(target)?.arch;
    return ofBoard === arch && cpuOf(registry, cpu, arch).features.includes(feature);
  });
  const [first, ...others] = boards.map(({ id }) => id).slice(0, MOST_BOARDS);
  if (first === undefined) return "";
  return others.length === 0 ? `; ${first} has them` : `; ${[first, ...others].join(" and ")} have them`;
}
