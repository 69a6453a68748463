// The places of the table, and the machines that run calls there under qemu-user.
import type { Place } from "../../audit/place.ts";
import { userEmulator } from "../../emulate/user.ts";
import { placesOf } from "../../model/place.ts";
import { selectBoardAt } from "../../model/board-systems.ts";
import { getToolchain, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { provided } from "../../tools/store/store.ts";
import { extraFeatures } from "../published/run.ts";
import type { NpmPlatform } from "./install.ts";
import type { PlaceRun, PopularPlace } from "./list.ts";
import { wheelPlatformOf, type WheelPlatform } from "./wheels.ts";

/** A machine that runs calls: a Node and a Python with their libraries, and a CPU. */
export type CallMachine = {
  /** Files in targets/toolchains. */
  toolchains: string[];
  cpu: string;
  nodeVersion: string;
  /** Emulator and Node. */
  node: string[];
  /** Emulator and Python; absent if the libraries come without one. */
  python?: string[];
  emulator: string[];
};

export type PopularSpot = { place: Place; npm: NpmPlatform; wheel: WheelPlatform; machine?: CallMachine };

/** The spots of the list of places. */
export function spotsOf(places: PopularPlace[], registry: Registry, cache: string): PopularSpot[] {
  return places.map(({ place: id, run }) => {
    const [place] = placesOf(registry, { board: id }) as [Place];
    const { npm } = registry.triples.get(selectBoardAt(registry, id).target) as Triple;
    const wheel = wheelPlatformOf(place);
    return { place, npm, wheel, ...(run ? { machine: callMachine(registry, cache, id, run) } : {}) };
  });
}

/** The places that a spot is audited as: as it is, with the Node of its machine, and with all features of QEMU's CPU too. */
export function placesOfSpot({ place, machine }: PopularSpot): [Place, Place, Place] {
  const ofRun = machine ? { ...place, node: machine.nodeVersion.split(".")[0]! } : place;
  return [place, ofRun, { ...ofRun, features: [...place.features, ...extraFeatures(place.cpu)] }];
}

/** The machine for a board: at its CPU, the Node and the libraries of `run`, or those of its target's smoke run. */
function callMachine(registry: Registry, cache: string, boardId: string, run: PlaceRun): CallMachine {
  const { target, cpu } = selectBoardAt(registry, boardId);
  const { arch, smoke } = registry.triples.get(target) as Triple;
  const ofTarget = smoke.find((one) => one.kind === "node");
  const [node, sysroot] = [run.node ?? ofTarget?.node, run.root ?? ofTarget?.sysroot];
  if (node === undefined || sysroot === undefined) throw new TypeError(`no Node for ${boardId}: neither its run nor ${target} names one`);
  const [item, root] = [getToolchain(registry, node), getToolchain(registry, sysroot)];
  const emulator = userEmulator(registry, cache, { arch, cpu, sysroot, node });
  return {
    toolchains: [node, sysroot],
    cpu,
    nodeVersion: item.version,
    node: [...emulator, provided(cache, item, "node")],
    ...(root.provides.python ? { python: [...emulator, provided(cache, root, "python")] } : {}),
    emulator,
  };
}
