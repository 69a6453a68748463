// Foreign projects: the errors for faults of a project, and projects with an unusual layout.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Plan } from "../../model/plan.ts";
import { boardkit, createProject } from "./cli.ts";

const aarch64 = "aarch64-unknown-linux-musl";
const host = "x86_64-unknown-linux-gnu";

/** A crate with the name napi, so that nothing is fetched. */
const NAPI = { "napi/Cargo.toml": '[package]\nname = "napi"\nversion = "3.0.0"\n', "napi/src/lib.rs": "" };

function addon(name: string): Record<string, string> {
  const manifest = `[package]\nname = "${name}"\nversion = "0.1.0"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\nnapi = { path = "../napi" }\n`;
  return { [`${name}/Cargo.toml`]: manifest, [`${name}/src/lib.rs`]: "" };
}

function workspace(...members: string[]): string {
  const manifest = `[workspace]\nresolver = "2"\nmembers = ${JSON.stringify(["napi", ...members])}\n`;
  return createProject({ ...NAPI, ...Object.assign({}, ...members.map(addon)), "Cargo.toml": manifest });
}

const plan = (folder: string) => boardkit(["--cwd", folder, "build", "--dry-run", "--json", "--target", aarch64]);

test("a workspace with one addon: it is found in any folder", async () => {
  const folder = workspace("node");
  const { code, stdout } = await plan(folder);
  expect(code).toBe(0);
  const [target] = (JSON.parse(stdout) as Plan).targets;
  expect(target?.steps[0]?.argv.join(" ")).toContain(`--manifest-path ${join(folder, "node/Cargo.toml")}`);
});

test("a workspace with two addons: the error names both, and the setting chooses one", async () => {
  const folder = workspace("node", "web");
  const { code, stderr } = await plan(folder);
  expect(stderr).toMatch(/CRATE_AMBIGUOUS: the workspace has 2 addons: node, web[^]*"boardkit": \{"crate"/);
  expect(code).toBe(2);
  const packageJson = { name: "foreign", napi: { binaryName: "foreign" }, boardkit: { crate: "web" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(packageJson));
  const chosen = await plan(folder);
  expect(chosen.code).toBe(0);
  expect((JSON.parse(chosen.stdout) as Plan).targets[0]?.steps[0]?.argv).toContain(join(folder, "web/Cargo.toml"));
});

test("a crate that Node cannot load is refused before anything is compiled", async () => {
  const folder = createProject({ "src/lib.rs": "", "Cargo.toml": '[package]\nname = "foreign"\nversion = "0.0.1"\n\n[workspace]\n' });
  const { code, stderr } = await plan(folder);
  expect(stderr).toMatch(/NO_CDYLIB: the crate foreign [^]*crate-type = \["cdylib"\]/);
  expect(code).toBe(2);
});

test("a pinned toolchain that is not installed", async () => {
  const folder = createProject({ "src/lib.rs": "", "rust-toolchain.toml": '[toolchain]\nchannel = "1.2.3"\n' });
  // Otherwise rustup would try to fetch it.
  const { code, stderr } = await boardkit(["--cwd", folder, "build", "--target", aarch64], { RUSTUP_AUTO_INSTALL: "0" });
  expect(stderr).toMatch(/TOOLCHAIN_MISSING: [^]*1\.2\.3[^]*fix: run: rustup toolchain install 1\.2\.3/);
  expect(stderr).not.toContain("Stack backtrace");
  expect(code).toBe(4);
});

test("a missing lock file is created; an outdated one is an error, and is not changed", async () => {
  const folder = createProject({ "src/lib.rs": "", ...NAPI });
  expect((await plan(folder)).code).toBe(0);
  const lockfile = join(folder, "Cargo.lock");
  const before = readFileSync(lockfile, "utf8");
  const manifest = readFileSync(join(folder, "Cargo.toml"), "utf8");
  writeFileSync(join(folder, "Cargo.toml"), `[dependencies]\nnapi = { path = "napi" }\n\n${manifest}`);
  const { code, stderr } = await plan(folder);
  expect(stderr).toMatch(/LOCKFILE_OLD: [^]*cargo update --workspace/);
  expect(code).toBe(2);
  expect(readFileSync(lockfile, "utf8")).toBe(before);
});

test("a build script that calls pkg-config finds no library of this machine, even if the target is this machine", async () => {
  const script = `fn main() {
    let found = std::process::Command::new("pkg-config").args(["--libs", "boardkit-fake"]).output().unwrap();
    eprintln!("{}", String::from_utf8_lossy(&found.stderr));
    assert!(found.status.success());
    println!("cargo:rustc-link-lib=boardkit-fake");
}`;
  const folder = createProject({ "src/lib.rs": "", "build.rs": script });
  const pc = join(folder, "pc/boardkit-fake.pc");
  mkdirSync(dirname(pc));
  writeFileSync(pc, "Name: fake\nDescription: fake\nVersion: 1\nLibs: -lboardkit-fake\n");
  const { code, stderr } = await boardkit(["--cwd", folder, "build", "--target", host], { PKG_CONFIG_PATH: dirname(pc) });
  expect(stderr).toMatch(/HOST_LIBRARY: the build script of foreign looks for the library boardkit-fake [^]*fix: turn on the feature/);
  expect(code).toBe(1);
});
