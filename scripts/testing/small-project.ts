// A small addon as a project of somebody else: for tests, and for the commands of the guides.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The sources of an addon with one function, and what its crate needs. */
export const SUM_ADDON = {
  "build.rs": "fn main() { napi_build::setup(); }",
  "src/lib.rs": "use napi_derive::napi;\n\n#[napi]\npub fn sum(a: i32, b: i32) -> i32 { a + b }\n",
};
export const SUM_DEPENDENCIES = '[dependencies]\nnapi = "3"\nnapi-derive = "3"\n\n[build-dependencies]\nnapi-build = "2"\n';

/** Writes a crate for napi-rs: the given files beside a Cargo.toml and package.json. */
export function writeProject(folder: string, files: Record<string, string>, dependencies = ""): void {
  const all = {
    "package.json": JSON.stringify({ name: "foreign", version: "0.0.1", napi: { binaryName: "foreign" } }),
    "Cargo.toml": `[package]\nname = "foreign"\nversion = "0.0.1"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n\n${dependencies}\n\n[workspace]\n`,
    ...files,
  };
  writeFiles(folder, all);
}

/** Writes files below a folder, by their paths there. */
export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
