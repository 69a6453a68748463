import { execSync } from "node:child_process";
import { addon } from "../ts/loader.ts";

/** Builds lib/, which worker threads and child processes import, and makes sure that there is an addon to test. */
export function setup(): void {
  execSync("npm run --silent build", { cwd: new URL("..", import.meta.url), stdio: "inherit" });
  const { BOARDKIT_ADDON: path } = process.env;
  if (path) process.env.GRID_NATIVE_PATH = path;
  try {
    addon();
  } catch (error) {
    const build = "npm run build:addon -w bindings/node";
    throw new Error(`these tests run the addon of this machine; build it with: ${build}\n${String(error)}`, { cause: error });
  }
}
