// Runs the call of a package on a machine.
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeEnvironment, plainEnvironment } from "../../emulate/user.ts";
import { run } from "../../tools/exec.ts";
import type { CallMachine } from "./spots.ts";
import { readPythonTruth, readTruth, type Truth } from "./truth.ts";

const EMULATED = fileURLToPath(new URL("emulated.cjs", import.meta.url));
/** Node starts in 2 s under QEMU; the longest call takes 40 s on a busy machine. */
const TIMEOUT_SECONDS = 180;

/** Runs JavaScript in the folder of an installed package. */
export async function runCall(call: string, folder: string, { emulator, node }: CallMachine, signal: AbortSignal): Promise<Truth> {
  const argv = [...node, "--eval", `boardkitCall(async () => { ${call} })`];
  // NODE_OPTIONS also holds for the Nodes that a package starts.
  const emulated = { BOARDKIT_EMULATOR: JSON.stringify(emulator), NODE_OPTIONS: `--require=${JSON.stringify(EMULATED)}` };
  const env = { ...plainEnvironment, ...nodeEnvironment, ...emulated };
  return readTruth(await run({ argv, cwd: folder, env, signal, timeoutSeconds: TIMEOUT_SECONDS }));
}

/** Runs Python with unpacked wheels. */
export async function runPython(call: string, folders: string[], python: string[], signal: AbortSignal): Promise<Truth> {
  const env = { ...plainEnvironment, PYTHONPATH: folders.join(delimiter), PYTHONDONTWRITEBYTECODE: "1" };
  return readPythonTruth(await run({ argv: [...python, "-c", call], env, signal, timeoutSeconds: TIMEOUT_SECONDS }));
}
