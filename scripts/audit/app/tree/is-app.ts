// Apart from the reader of apps, so that an audit of files does not load it.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/** Whether a folder is an app: it has installed packages, or is their folder. */
export function isApp(folder: string): boolean {
  return basename(folder) === "node_modules" || existsSync(join(folder, "node_modules")) || existsSync(join(folder, ".pnp.cjs"));
}
