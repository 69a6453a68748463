// The folder of a toolchain's downloads, inside the folder that it is unpacked into. Its size is the progress of the download.
import { join } from "node:path";
import { folderBytes } from "../../lib/paths.ts";

/** The downloads for a folder. */
export function downloadsOf(folder: string): string {
  return join(folder, ".downloads");
}

const POLL_MS = 500;

/** Calls `report` with the bytes downloaded so far while `work` runs; returns the bytes at its end. */
export async function watchDownloads(folder: string, report: (bytes: number) => void, work: () => Promise<void>): Promise<number> {
  const bytes = () => folderBytes(downloadsOf(folder));
  let isRead = true;
  const timer = setInterval(async () => {
    // A slow disk must not queue questions.
    if (!isRead) return;
    isRead = false;
    try {
      report(await bytes());
    } catch (error) {
      // pip has just removed one of its folders; the next reading follows.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    isRead = true;
  }, POLL_MS);
  try {
    await work();
    return await bytes();
  } finally {
    clearInterval(timer);
  }
}
