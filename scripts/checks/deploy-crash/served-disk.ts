// A disk of an image, as a file that logging-disk.ts serves: each write and flush of it is in a log.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../fixtures/deploy/supervise.ts";

export type ServedDisk = {
  /** The disk. */
  file: string;
  /** The file of its log, for `readLog`. */
  log: string;
  /** Ends it, when nobody has it open any more; again it does nothing. */
  end(): Promise<void>;
};

/** Serves an image; the files of it are in a folder. */
export async function serveDisk(image: string, folder: string): Promise<ServedDisk> {
  mkdirSync(folder, { recursive: true });
  const [file, log] = [join(folder, "served"), join(folder, "log")];
  writeFileSync(file, "");
  const server = spawn(process.execPath, [join(import.meta.dirname, "logging-disk.ts"), image, file, log], { stdio: "inherit" });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const { size } = statSync(image);
  await until("a served disk", () => statSync(file).size === size);
  let isServed = true;
  return {
    file,
    log,
    end: async () => {
      if (!isServed) return;
      isServed = false;
      await unmount(file);
      await ended;
    },
  };
}

/** Unmounts a path; processes that have just ended, and a loop device, let go a moment later. */
export async function unmount(path: string): Promise<void> {
  await until(`unmounted: ${path}`, () => spawnSync("umount", [path], { stdio: "ignore" }).status === 0);
}
