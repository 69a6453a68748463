// Waits for a started server.
import type { ChildProcess } from "node:child_process";

/** Asks until the server answers, for at most 20 seconds; throws with the server's output if it ends or does not answer. */
export async function waitFor(name: string, server: ChildProcess, ask: () => Promise<unknown>, output = () => ""): Promise<void> {
  for (let left = 400; left > 0 && server.exitCode === null; left -= 1) {
    if (
      await ask().then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} does not answer${output() && `: ${output()}`}`);
}
