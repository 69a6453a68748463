// The files of the output and the reports of tests.
import { join } from "node:path";
import { packageRoot } from "../../lib/paths.ts";

const folder = join(packageRoot, "dist/logs/test");

/** The file for a name. */
export function testLog(name: string, ending = ".log"): string {
  return join(folder, `${name.replaceAll(/\W+/g, "-").replace(/^-/, "")}${ending}`);
}
