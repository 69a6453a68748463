// Boards and targets -> the environments that the audit checks a file against.
import type { Place, Where } from "../audit/place.ts";
import type { Board } from "./targets/board.ts";
import { getArchitecture, getCpu, selectBoard, selectTriples, supportedBoards, type Registry } from "./registry.ts";
import type { Triple } from "./targets/triple.ts";

/** The environment of a board. */
export function placeOfBoard(registry: Registry, board: Board): Place {
  const target = registry.triples.get(board.target) as Triple;
  const cpu = cpuOf(registry, board.cpu);
  return {
    ...placeOf(registry, target),
    name: board.id,
    libcVersion: board.libcVersion,
    pageSize: board.pageSize,
    ...cpu,
    node: board.node,
  };
}

/** The environment that every system of a target offers: the lowest CPU, the glibc floor, and the largest pages of its boards. */
export function placeOfTarget(registry: Registry, target: Triple): Place {
  const pages = [...registry.boards.values()].filter((board) => board.target === target.triple).map((board) => board.pageSize);
  return {
    ...placeOf(registry, target),
    name: target.triple,
    ...(target.glibcFloor ? { glibcFloor: target.glibcFloor } : {}),
    pageSize: Math.max(4096, ...pages),
    ...cpuOf(registry, target.cpu.lowest),
  };
}

/** Features and errata of a CPU of targets/cpus. */
export function cpuOf(registry: Registry, id: string): Pick<Place, "cpu" | "features" | "errata"> {
  const { features, errata } = getCpu(registry, id);
  return { cpu: id, features, errata };
}

/** The environments to audit for. */
export function placesOf(registry: Registry, { board, target }: Where): Place[] {
  if (board !== undefined) return [placeOfBoard(registry, selectBoard(registry, board))];
  if (target !== undefined) return selectTriples(registry, [target]).map((one) => placeOfTarget(registry, one));
  return supportedBoards(registry).map((one) => placeOfBoard(registry, one));
}

function placeOf(registry: Registry, { arch, libc }: Triple): Pick<Place, "arch" | "bits" | "libc"> {
  return { arch, bits: getArchitecture(registry, arch).bits, libc };
}
