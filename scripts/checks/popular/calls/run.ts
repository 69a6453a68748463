// Runs the call of a package on a machine.
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeEnvironment, plainEnvironment } from "../../../emulate/user.ts";
import { hashFile } from "../../../lib/hash.ts";
import type { Context } from "../../../stages/context.ts";
import { run, type Command, type Outcome } from "../../../tools/exec.ts";
import { keep } from "./kept.ts";
import type { CallMachine } from "../spots.ts";
import { readPythonTruth, readTruth, type Truth } from "./truth.ts";

const EMULATED = fileURLToPath(new URL("emulated.cjs", import.meta.url));
/** Node starts in 2 s under QEMU; the longest call takes 40 s on a busy machine. */
const TIMEOUT_SECONDS = 180;

type RunContext = Pick<Context, "cache" | "signal">;

/** Runs JavaScript in the folder of an installed package. */
export async function runCall(call: string, folder: string, { emulator, node }: CallMachine, context: RunContext): Promise<Truth> {
  const argv = [...node, "--eval", `boardkitCall(async () => { ${call} })`];
  // NODE_OPTIONS also holds for the Nodes that a package starts.
  const emulated = { BOARDKIT_EMULATOR: JSON.stringify(emulator), NODE_OPTIONS: `--require=${JSON.stringify(EMULATED)}` };
  const env = { ...plainEnvironment, ...nodeEnvironment, ...emulated };
  const key = [argv, folder, await hashFile(EMULATED)];
  return readTruth(await keep(context.cache, key, () => runIn({ argv, cwd: folder, env }, context)));
}

/** Runs Python with unpacked wheels. */
export async function runPython(call: string, folders: string[], python: string[], context: RunContext): Promise<Truth> {
  const argv = [...python, "-c", call];
  const env = { ...plainEnvironment, PYTHONPATH: folders.join(delimiter), PYTHONDONTWRITEBYTECODE: "1" };
  return readPythonTruth(await keep(context.cache, [argv, folders], () => runIn({ argv, env }, context)));
}

function runIn(command: Command, { signal }: RunContext): Promise<Outcome> {
  return run({ ...command, signal, timeoutSeconds: TIMEOUT_SECONDS });
}
