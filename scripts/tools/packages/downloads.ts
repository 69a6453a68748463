// The folder of a toolchain's downloads, inside the folder that it is unpacked into. Its size is the progress of the download.
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { folderBytes } from "../../lib/paths.ts";

/** The downloads for a folder. */
export function downloadsOf(folder: string): string {
  return join(folder, ".downloads");
}

/** Bytes of the downloads for a folder. pip keeps an incomplete file in a folder of its own and copies it at the end, so it is there twice. */
async function downloadedBytes(folder: string): Promise<number> {
  const downloads = downloadsOf(folder);
  if (!existsSync(downloads)) return 0;
  const entries = await readdir(downloads, { withFileTypes: true });
  const inFolders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => folderBytes(join(downloads, name)));
  const incomplete = (await Promise.all(inFolders)).reduce((sum, bytes) => sum + bytes, 0);
  const files = entries.filter((entry) => entry.isFile()).map(async ({ name }) => (await stat(join(downloads, name))).size);
  const complete = (await Promise.all(files)).reduce((sum, bytes) => sum + bytes, 0);
  return Math.max(complete, incomplete);
}

const POLL_MS = 500;

/** Calls `report` with the bytes downloaded so far while `work` runs; returns the bytes at its end. */
export async function watchDownloads(folder: string, report: (bytes: number) => void, work: () => Promise<void>): Promise<number> {
  let isRead = true;
  const timer = setInterval(async () => {
    // A slow disk must not queue questions.
    if (!isRead) return;
    isRead = false;
    try {
      report(await downloadedBytes(folder));
    } catch (error) {
      // pip has just removed one of its folders; the next reading follows.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    isRead = true;
  }, POLL_MS);
  try {
    await work();
    return await downloadedBytes(folder);
  } finally {
    clearInterval(timer);
  }
}
