// Runs a command once, or again each time that a file of its paths changes.
import { watch } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { BoardkitError, describeError } from "../../lib/errors.ts";
import { print } from "../shared.ts";

export type Watching = { paths: string[]; cwd: string; watch: boolean; signal: AbortSignal };

/** How long files must be quiet before the next run: editors write in several steps. */
const QUIET_MS = 100;
const RELEVANT = /\.(?:rego|json|ya?ml|tar\.gz)$/;

/** Runs `work`, whose number is the exit code; with `watch` until the signal. */
export async function runWatched({ paths, cwd, watch: again, signal }: Watching, work: () => Promise<number>): Promise<void> {
  if (!again) {
    process.exitCode = await work();
    return;
  }
  const changes = await watchAll(paths, cwd, signal);
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      // A file may be half-written, so the next change gets another run.
      if (!(error instanceof BoardkitError)) throw error;
      printError(describeError(error));
    }
    print(`${"*".repeat(80)}\nWatching for changes ...`);
    await changes();
  }
}

/** Prints a text to stderr, where OPA prints errors. */
export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A function that waits for the next change of a relevant file. */
async function watchAll(paths: string[], cwd: string, signal: AbortSignal): Promise<() => Promise<void>> {
  let wake: (() => void) | undefined;
  let isChanged = false;
  signal.addEventListener("abort", () => wake?.(), { once: true });
  for (const path of paths) {
    const full = resolve(cwd, path.replace(/^[\w.]+:(?!\/\/)/, ""));
    const isFolder = (await stat(full)).isDirectory();
    // An editor may replace a file, so its folder is watched.
    const watcher = watch(isFolder ? full : dirname(full), { recursive: isFolder, signal }, (_event, name) => {
      const isMine = isFolder ? name === null || RELEVANT.test(name) : name === null || resolve(dirname(full), name) === full;
      if (!isMine) return;
      isChanged = true;
      wake?.();
    });
    watcher.on("error", (error) => {
      if (!signal.aborted) throw error;
    });
  }
  return async () => {
    if (!isChanged && !signal.aborted)
      await new Promise<void>((done) => {
        wake = done;
      });
    while (isChanged && !signal.aborted) {
      isChanged = false;
      await setTimeout(QUIET_MS);
    }
  };
}
