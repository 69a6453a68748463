// The target whose addons run on a machine: the one for the best CPU among those that its programs, C library and CPU allow. Pure.
import { getArchitecture, getCpu, type Registry } from "../registry.ts";
import type { Triple } from "../targets/triple.ts";
import { lackedFeatures } from "./cpu-features.ts";
import type { MachineFacts, MachineFit } from "./facts.ts";
import { isOlder } from "./versions.ts";

/** The target, and why; without a triple the reasons are those against all targets. */
export function chooseTarget(registry: Registry, machine: MachineFacts): MachineFit["target"] {
  const { arch } = machine.userland;
  const obstacle = findObstacle(registry, machine);
  if (obstacle !== undefined) return { why: [obstacle] };
  const ofPrograms = [...registry.triples.values()].filter((one) => one.arch === arch && one.libc === machine.libc?.name);
  const judged = ofPrograms
    .toSorted((one, other) => featuresOf(registry, other).length - featuresOf(registry, one).length)
    .map((triple) => ({ triple, against: reasonAgainst(registry, machine, triple) }));
  const best = judged.find(({ against }) => against === undefined);
  const refused = judged.slice(0, best ? judged.indexOf(best) : undefined);
  const against = refused.map(({ triple, against: reason }) => `not ${triple.triple}: ${reason}`);
  if (!best) return { why: against.length > 0 ? against : [`no target is for ${arch} with ${machine.libc?.name}`] };
  return {
    triple: best.triple.triple,
    why: [
      describePrograms(registry, machine),
      ...describeCpu(registry, machine, best.triple),
      ...describeNodes(registry, machine),
      ...against,
    ],
  };
}

/** What no target fits, whatever its CPU. */
function findObstacle(registry: Registry, { userland, libc }: MachineFacts): string | undefined {
  if (!registry.architectures.has(userland.arch))
    return `its programs are for ${userland.arch}; the targets are for ${[...registry.architectures.values()].map(({ name }) => name).join(", ")}`;
  if (userland.floatAbi === "soft") return "its programs are soft-float; the targets for 32-bit ARM, and Node, are hard-float";
  if (libc === undefined) return "it has no dynamic loader of glibc or musl, so it cannot load an addon";
  return undefined;
}

function reasonAgainst(registry: Registry, machine: MachineFacts, triple: Triple): string | undefined {
  const lacked = lackedFeatures(getArchitecture(registry, triple.arch), featuresOf(registry, triple), machine.cpu.features);
  if (triple.why !== undefined) return triple.why;
  if (lacked.length > 0)
    return machine.cpu.known ? `the CPU lacks ${lacked.join(", ")}` : `the machine does not show whether its CPU has ${lacked.join(", ")}`;
  const { libc } = machine;
  if (triple.glibcFloor !== undefined && libc?.version !== undefined && isOlder(libc.version, triple.glibcFloor))
    return `it needs glibc ${triple.glibcFloor}, and the machine has ${libc.version}`;
  return undefined;
}

/** Its lowest CPU's. */
function featuresOf(registry: Registry, triple: Triple): string[] {
  return getCpu(registry, triple.cpu.lowest).features;
}

function describePrograms(registry: Registry, { userland, kernel, libc }: MachineFacts): string {
  const { name } = getArchitecture(registry, userland.arch);
  const float = userland.floatAbi === undefined ? "" : `, ${userland.floatAbi}-float`;
  const mixed = userland.bits === 32 && /64/.test(kernel.machine) ? `; only the kernel is ${kernel.machine}` : "";
  return `its programs are for ${name}${float} with ${libc?.name} ${libc?.version ?? "of an unknown version"}${mixed}`;
}

function describeCpu(registry: Registry, { cpu }: MachineFacts, triple: Triple): string[] {
  const needed = featuresOf(registry, triple);
  if (!cpu.known) return ["it does not show the features of its CPU, so the lowest one is assumed"];
  return needed.length > 0 ? [`its CPU has ${needed.join(", ")}`] : [];
}

/** A Node of another architecture than the shell loads other addons. */
function describeNodes(registry: Registry, { nodes, userland }: MachineFacts): string[] {
  const { node } = getArchitecture(registry, userland.arch);
  const others = nodes.filter(({ arch }) => arch !== undefined && arch !== node);
  return others.map(({ path, arch }) => `but ${path} is a Node for ${arch}, which loads no addon of this target`);
}
