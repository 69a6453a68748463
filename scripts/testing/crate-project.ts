// For tests: a napi-rs project, as sources.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

/** A crate for napi-rs in a folder of its own, with the given files beside a Cargo.toml and package.json. */
export function createProject(files: Record<string, string>, dependencies = ""): string {
  const folder = temporaryFolder();
  const all = {
    "package.json": JSON.stringify({ name: "foreign", version: "0.0.1", napi: { binaryName: "foreign" } }),
    "Cargo.toml": `[package]\nname = "foreign"\nversion = "0.0.1"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n\n${dependencies}\n\n[workspace]\n`,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
