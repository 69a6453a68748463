// Runs the call of a package in the Node of a board's target, under qemu-user at the CPU of the board.
import { fileURLToPath } from "node:url";
import { nodeEnvironment, plainEnvironment, userEmulator } from "../../emulate/user.ts";
import { getToolchain, selectBoard, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { run as runCommand } from "../../tools/exec.ts";
import { provided } from "../../tools/store/store.ts";
import type { PlaceRun } from "./list.ts";
import { readTruth, type Truth } from "./truth.ts";

const EMULATED = fileURLToPath(new URL("emulated.cjs", import.meta.url));
/** Node starts in 2 s under QEMU; the longest call takes 40 s on a busy machine. */
const TIMEOUT_SECONDS = 180;

/** A machine that runs calls: a Node with its C library, and a CPU. */
export type CallMachine = {
  /** Files in targets/toolchains. */
  node: string;
  sysroot: string;
  nodeVersion: string;
  cpu: string;
  emulator: string[];
  program: string;
};

/** The machine for a board: at its CPU, the Node and the libraries of `run`, or those of its target's smoke run. */
export function callMachine(registry: Registry, cache: string, boardId: string, run: PlaceRun): CallMachine {
  const { target, cpu } = selectBoard(registry, boardId);
  const { arch, smoke } = registry.triples.get(target) as Triple;
  const ofTarget = smoke.find((one) => one.kind === "node");
  const [node, sysroot] = [run.node ?? ofTarget?.node, run.root ?? ofTarget?.sysroot];
  if (node === undefined || sysroot === undefined) throw new TypeError(`no Node for ${boardId}: neither its run nor ${target} names one`);
  const item = getToolchain(registry, node);
  const emulator = userEmulator(registry, cache, { arch, cpu, sysroot, node });
  return { node, sysroot, nodeVersion: item.version, cpu, emulator, program: provided(cache, item, "node") };
}

/** Runs a call in the folder of an installed package. */
export async function runCall(call: string, folder: string, { emulator, program }: CallMachine, signal: AbortSignal): Promise<Truth> {
  const script = `boardkitCall(async () => { ${call} })`;
  const argv = [...emulator, program, "--eval", script];
  // NODE_OPTIONS also holds for the Nodes that a package starts.
  const emulated = { BOARDKIT_EMULATOR: JSON.stringify(emulator), NODE_OPTIONS: `--require=${JSON.stringify(EMULATED)}` };
  const env = { ...plainEnvironment, ...nodeEnvironment, ...emulated };
  return readTruth(await runCommand({ argv, cwd: folder, env, signal, timeoutSeconds: TIMEOUT_SECONDS }));
}
