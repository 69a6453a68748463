// Runs the real CLI in a separate process, as a user does.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../lib/paths.ts";

export { createProject } from "../fixtures/crate-project.ts";

export type Ended = { code: number | null; stdout: string; stderr: string };
export type Running = { child: ChildProcess; ended: Promise<Ended> };

/** Starts `boardkit` with arguments. The dependencies are already installed, so `npm ci` is skipped. */
export function start(args: string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [join(packageRoot, "scripts/boardkit.mjs"), ...args], {
    cwd: packageRoot,
    env: { ...process.env, BOARDKIT_SKIP_INSTALL: "1", FORCE_COLOR: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<Ended>((resolve) => {
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk));
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs `boardkit` to its end. */
export function boardkit(args: string[], env?: Record<string, string>): Promise<Ended> {
  return start(args, env).ended;
}
