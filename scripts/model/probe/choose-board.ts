// The board file and the system that a machine is, and what differs from them. Pure.
import { nameOf, withSystem } from "../board-systems.ts";
import { cpuOf } from "../place.ts";
import { getArchitecture, type Registry } from "../registry.ts";
import type { Board } from "../targets/board.ts";
import { systemsOf } from "./choose-system.ts";
import { lackedFeatures } from "./cpu-features.ts";
import type { MachineFacts, MachineFit } from "./facts.ts";

type Known = { board: Board; by: string };

/** The part of a board's memory that Linux reports at least: the kernel, the firmware and the GPU keep the rest. */
const REPORTED = 0.7;

/** The board file that fits the machine; without a name none does. */
export function chooseBoard(registry: Registry, machine: MachineFacts): MachineFit["board"] {
  const known = findKnown(registry, machine);
  if (!known) return { why: [], differs: [describeUnknown(machine)] };
  const { board, by } = known;
  const why = [by];
  if (board.why !== undefined) return { why, differs: [`${board.id} is not supported: ${board.why}`] };
  const chosen = withOwnSystem(registry, board, machine);
  if (!chosen) return { why, differs: [describeNoSystem(registry, board, machine)] };
  const lacked = lackedOf(registry, board, machine);
  if (lacked.length > 0)
    return { why, differs: [`${board.cpu}, the CPU of ${board.id}, has ${lacked.join(", ")}, and this machine has not`] };
  const release = machine.system.name ?? `${machine.system.id} ${machine.system.version}`;
  return { name: nameOf(chosen), why: [...why, `its system is ${release}`], differs: differences(chosen, machine) };
}

/** By the most exact name of the device that a board file has, else by the target of OpenWrt, else as a PC. */
function findKnown(registry: Registry, machine: MachineFacts): Known | undefined {
  const boards = [...registry.boards.values()];
  for (const name of machine.compatible) {
    const board = boards.find(({ knownBy }) => knownBy?.names.includes(name));
    if (board) return { board, by: `the device is named ${name}` };
  }
  const { openwrtTarget = "" } = machine.system;
  const router = boards.find(({ knownBy }) => knownBy?.openwrt.includes(openwrtTarget));
  if (router) return { board: router, by: `it runs OpenWrt for ${openwrtTarget}` };
  const pc = boards.find((one) => one.knownBy?.pc && isOfUserland(registry, one, machine));
  return pc && { board: pc, by: `it is ${pc.name}` };
}

/** The board with the system of the machine, if it has it. */
function withOwnSystem(registry: Registry, board: Board, machine: MachineFacts): Board | undefined {
  const ofMachine = systemsOf(registry, machine).map(({ id }) => id);
  const isOfArch = ({ target }: Board["systems"][number]) => registry.triples.get(target)?.arch === machine.userland.arch;
  const id = ofMachine.find((one) => board.systems.some((entry) => entry.system === one && isOfArch(entry)));
  return id === undefined ? undefined : withSystem(registry.systems, board, id);
}

/** What makes the audit of the board differ from the machine. */
function differences(board: Board, machine: MachineFacts): string[] {
  const { libc, pageSize, memory } = machine;
  const least = Math.min(...board.memory.map(({ ramMiB }) => ramMiB));
  const totalMiB = Math.floor(memory.totalKiB / 1024);
  return [
    ...(libc?.version === undefined || libc.version === board.libcVersion
      ? []
      : [`it has ${libc.name} ${libc.version}, and ${board.system} ${board.libcVersion}`]),
    ...(pageSize === undefined || pageSize === board.pageSize
      ? []
      : [`its pages have ${pageSize} bytes, and those of the board file ${board.pageSize}`]),
    ...(totalMiB >= least * REPORTED ? [] : [`it has ${totalMiB} MiB of memory, and the board file at least ${least} MiB`]),
  ];
}

function describeUnknown({ compatible, system }: MachineFacts): string {
  const names = [...compatible, ...(system.openwrtTarget ? [system.openwrtTarget] : [])];
  if (names.length === 0) return "it has no device tree, and no board file is for such machines of its architecture";
  return `no file of targets/boards has one of its names in knownBy: ${names.join(", ")}`;
}

function describeNoSystem(registry: Registry, { id, systems }: Board, { system, userland, libc }: MachineFacts): string {
  const programs = `${registry.architectures.get(userland.arch)?.name ?? userland.arch} with ${libc?.name ?? "no known C library"}`;
  return `it runs ${system.name ?? "an unknown system"}, ${programs}, which is none of the systems of ${id}: ${systems.map((one) => one.system).join(", ")}`;
}

function isOfUserland(registry: Registry, { cpu }: Board, { userland }: MachineFacts): boolean {
  return registry.cpus.get(cpu)?.arch === userland.arch;
}

/** The features of the board's CPU that the machine could show and does not. */
function lackedOf(registry: Registry, board: Board, machine: MachineFacts): string[] {
  if (!machine.cpu.known) return [];
  return lackedFeatures(
    getArchitecture(registry, machine.userland.arch),
    cpuOf(registry, board.cpu, machine.userland.arch).features,
    machine.cpu.features,
  );
}
