// A server that was started, until it can be used.
import type { ChildProcess } from "node:child_process";

/** Asks until the server answers, for 20 seconds; throws when it has ended, with what it said. */
export async function waitFor(name: string, server: ChildProcess, ask: () => Promise<unknown>, said = () => ""): Promise<void> {
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
  throw new Error(`${name} does not answer${said() && `: ${said()}`}`);
}
