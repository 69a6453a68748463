// Chromium of this machine, driven without its own downloads of browsers.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { BoardkitError } from "../../lib/errors.ts";

/** Names of the program: Debian's, and those of others. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FIX = "install Debian's package: apt-get install chromium";

/** The path of Chromium; undefined if the search path has none. */
function findChromium(searchPath: string): string | undefined {
  const paths = searchPath.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return paths.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there or not executable: the next one is tried.
    return false;
  }
}

/** Why pages cannot be looked at here, with the fix; undefined if they can. */
export function findBrowserObstacle(searchPath: string): string | undefined {
  return findChromium(searchPath) === undefined ? `there is no Chromium on this machine: ${FIX}` : undefined;
}

/** Starts a headless Chromium. */
export async function openChromium(searchPath: string): Promise<Browser> {
  const executablePath = findChromium(searchPath);
  if (executablePath === undefined)
    throw new BoardkitError("there is no Chromium", { code: "TOOL_MISSING", exit: "toolMissing", fix: FIX });
  return chromium.launch({ executablePath });
}
