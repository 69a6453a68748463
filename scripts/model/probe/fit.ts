// What of targets/ fits a machine. Pure.
import { selectBoardAt } from "../board-systems.ts";
import { profileForMemory, type Registry } from "../registry.ts";
import { chooseBoard } from "./choose-board.ts";
import { chooseCpu, systemsOf } from "./choose-system.ts";
import { chooseTarget } from "./choose-target.ts";
import type { MachineFacts, MachineFit } from "./facts.ts";

/** The target, the board with its system, the CPU and the profile that fit a machine, and why. */
export function fitMachine(registry: Registry, machine: MachineFacts): MachineFit {
  const target = chooseTarget(registry, machine);
  const board = chooseBoard(registry, machine);
  const ofBoard = board.name === undefined ? undefined : selectBoardAt(registry, board.name).cpu;
  const cpu = chooseCpu(registry, machine, ofBoard)?.id ?? registry.triples.get(target.triple ?? "")?.cpu.lowest;
  const [system] = systemsOf(registry, machine);
  const ramMiB = Math.ceil(machine.memory.totalKiB / 1024);
  return {
    target,
    board,
    ...(cpu === undefined ? {} : { cpu }),
    ...(system === undefined ? {} : { system: system.id }),
    ...(ramMiB > 0 ? { profile: profileForMemory(registry, ramMiB).id } : {}),
  };
}
