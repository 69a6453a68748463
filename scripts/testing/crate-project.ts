// For tests: a napi-rs project, as sources, that goes with the test.
import { writeProject } from "./small-project.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A crate for napi-rs in a folder of its own, with the given files beside a Cargo.toml and package.json. */
export function createProject(files: Record<string, string>, dependencies = ""): string {
  const folder = temporaryFolder();
  writeProject(folder, files, dependencies);
  return folder;
}
