// Boards and targets -> the environments that the audit checks a file against.
import type { Place, Where } from "../audit/place.ts";
import { nameOf, selectBoardAt, withSystem } from "./board-systems.ts";
import { machineOf } from "../audit/wheel/tags.ts";
import { librariesOf } from "./libraries.ts";
import { wheelPlatform } from "./names.ts";
import { getArchitecture, getCpu, selectTriples, supportedBoards, type Registry } from "./registry.ts";
import type { Board } from "./targets/board.ts";
import type { System } from "./targets/system.ts";
import type { Triple } from "./targets/triple.ts";

/** The environment of a board with the system that it has in the registry, or with another one of its systems. */
export function placeOfBoard(registry: Registry, board: Board, systemId = board.system): Place {
  const chosen = systemId === board.system ? board : withSystem(registry.systems, board, systemId);
  const target = registry.triples.get(chosen.target) as Triple;
  const system = registry.systems.get(chosen.system) as System;
  return {
    ...placeOf(registry, target),
    name: nameOf(chosen),
    libcVersion: chosen.libcVersion,
    pageSize: chosen.pageSize,
    ...cpuOf(registry, chosen.cpu, target.arch),
    node: chosen.node,
    system: librariesOf(registry, system),
  };
}

/** The environment that every system of a target offers: the lowest CPU, the glibc floor, and the largest pages of its boards. */
export function placeOfTarget(registry: Registry, target: Triple): Place {
  const systems = [...registry.boards.values()].flatMap((board) => board.systems);
  const pages = systems.filter((one) => one.target === target.triple).map((one) => one.pageSize);
  return {
    ...placeOf(registry, target),
    name: target.triple,
    ...(target.glibcFloor ? { glibcFloor: target.glibcFloor } : {}),
    pageSize: Math.max(4096, ...pages),
    ...cpuOf(registry, target.cpu.lowest),
  };
}

/** Features and errata of a CPU of targets/cpus for programs of an architecture, which for a 64-bit ARM CPU may be 32-bit ARM. */
export function cpuOf(registry: Registry, id: string, arch?: string): Pick<Place, "cpu" | "features" | "errata"> {
  const { features, errata, aarch32, ...cpu } = getCpu(registry, id);
  // The errata of targets/cpus are of 64-bit code.
  return arch === "arm" && cpu.arch !== arch ? { cpu: id, features: aarch32 ?? [], errata: [] } : { cpu: id, features, errata };
}

/** The environments to audit for. */
export function placesOf(registry: Registry, { board, target }: Where): Place[] {
  if (board !== undefined) return [board].flat().map((name) => placeOfBoard(registry, selectBoardAt(registry, name)));
  if (target !== undefined) return selectTriples(registry, [target]).map((one) => placeOfTarget(registry, one));
  return supportedBoards(registry).map((one) => placeOfBoard(registry, one));
}

/** The platform tag of a target's wheel: `manylinux_2_17_armv7l`. */
export function wheelTag(registry: Registry, target: Triple): string {
  return `${wheelPlatform(target)}_${machineOf(placeOfTarget(registry, target))}`;
}

function placeOf(registry: Registry, { arch, libc }: Triple): Pick<Place, "arch" | "bits" | "libc"> {
  return { arch, bits: getArchitecture(registry, arch).bits, libc };
}
