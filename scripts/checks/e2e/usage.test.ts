// What a user sees of wrong usage and bad data: code, cause, fix, exit code.
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { whereIs } from "../../stages/set-up/host-tools.ts";
import { boardkit, createProject } from "./cli.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

const armv7 = "armv7-unknown-linux-musleabihf";
// Its standard library comes compiled, so that nothing but the crate is built.
const aarch64 = "aarch64-unknown-linux-musl";

test.each([
  [
    "an unknown target",
    ["build", "--target", "armv9-unknown-linux-gnu"],
    2,
    /TARGET_UNKNOWN: unknown target armv9[^]*the targets are:[^]*armv7/,
  ],
  [
    "a part of a target's name",
    ["build", "--target", "armv7"],
    2,
    /unknown target armv7[^]*did you mean armv7-unknown-linux-gnueabihf or armv7-unknown-linux-musleabihf\?/,
  ],
  ["a glob without a match", ["build", "--target", "riscv*"], 3, /TARGET_NONE/],
  ["an unknown profile", ["build", "--profile", "huge"], 2, /PROFILE_UNKNOWN: unknown profile huge[^]*standard/],
  ["an unknown flag", ["build", "--targte", armv7], 2, /unknown option '--targte'[^]*--target/],
  ["an unknown builder", ["build", "--builder", "gcc9"], 2, /auto, zig, cross, gcc, native/],
  ["gcc for musl", ["build", "--builder", "gcc", "--target", armv7], 2, /BUILDER_UNFIT: [^]*no cross gcc for musl[^]*--builder zig/],
  [
    "a comparison of what is no builder",
    ["compare", "builders", "--builders", "zig,tcc"],
    2,
    /it names tcc; the builders are zig, cross, gcc, native/,
  ],
  ["a number of jobs that is none", ["build", "--jobs", "0"], 2, /whole number from 1/],
  ["a folder that is no project", ["--cwd", "/", "build"], 2, /NOT_NAPI: there is no package.json/],
  ["the native builder for another machine", ["build", "--builder", "native", "--target", armv7], 2, /BUILDER_UNFIT/],
  ["a command that is none", ["bulid"], 2, /unknown command 'bulid'[^]*Did you mean build\?/],
  ["init where no project is", ["--cwd", "/", "init"], 2, /NOT_NAPI: there is no package.json/],
  ["init with what is no ref", ["init", "--ref", "v1; x"], 2, /a tag, a branch or a commit/],
  [
    "a tag of another version",
    ["matrix", "--check", "--tag", "v99.0.0"],
    1,
    /VERSION_MISMATCH: the tag is v99.0.0, and @boardkit\/grid has/,
  ],
])("%s", async (_name, args, code, text) => {
  const ended = await boardkit(args);
  expect(ended.stderr).toMatch(text);
  expect(ended.code).toBe(code);
});

test("a SOURCE_DATE_EPOCH that is no time, and a package that is none", async () => {
  const epoch = await boardkit(["package"], { SOURCE_DATE_EPOCH: "yesterday" });
  expect(epoch.stderr).toMatch(/BAD_DATA: SOURCE_DATE_EPOCH is yesterday/);
  expect(epoch.code).toBe(2);
  const none = await boardkit(["verify", "/nowhere.tgz"]);
  expect(none.stderr).toMatch(/NO_PACKAGE: [^]*\/nowhere.tgz[^]*fix: /);
  expect(none.code).toBe(2);
});

test("missing tools are told together, with exit code 4", async () => {
  const path = pathWith("node", "npm", "tar", "sed", "dpkg", "cc");
  const ended = await boardkit(["build", "--target", armv7], { PATH: path });
  expect(ended.stderr).toMatch(/TOOL_MISSING: not on the PATH: cargo .*rustc .*python3 .*apt-get/);
  expect(ended.stderr).toMatch(/rustup.rs[^]*apt-get install python3[^]*Debian 12/);
  expect(ended.code).toBe(4);
});

/** A folder with links to some of this machine's programs. */
function pathWith(...names: string[]): string {
  const path = temporaryFolder();
  for (const name of names) {
    const found = whereIs(name, `${dirname(process.execPath)}:${process.env.PATH}`);
    if (found) symlinkSync(found, join(path, name));
  }
  return path;
}

test("without a container engine --builder cross says what installs one, and with a client alone what that lacks", async () => {
  const tools = ["node", "npm", "tar", "sed", "dpkg", "cc", "cargo", "rustc", "rustup", "python3", "apt-get", "git", "sh"];
  const none = await boardkit(["build", "--dry-run", "--builder", "cross", "--target", armv7], { PATH: pathWith(...tools) });
  expect(none.stderr).toMatch(/BUILDER_UNFIT: the cross builder [^]*podman and docker not on the PATH[^]*fix: apt-get install podman runc/);
  expect(none.code).toBe(4);
  const path = pathWith(...tools);
  writeFileSync(
    join(path, "docker"),
    "#!/bin/sh\necho 'permission denied while trying to connect to the Docker daemon socket' >&2\nexit 1\n",
    {
      mode: 0o755,
    },
  );
  const forbidden = await boardkit(["build", "--dry-run", "--builder", "cross", "--target", armv7], { PATH: path });
  expect(forbidden.stderr).toMatch(/docker may not be used by this user[^]*usermod -aG docker/);
});

test("help and version are results: stdout, exit code 0", async () => {
  const help = await boardkit(["--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  for (const command of ["ship", "build", "smoke", "list", "audit", "doctor"]) expect(help.stdout).toContain(`  ${command} `);
});

test("stdout of --json is one versioned document", async () => {
  const { code, stdout } = await boardkit(["list", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, targets: expect.arrayContaining([expect.objectContaining({ triple: armv7 })]) });
});

test("matrix is one line, as GITHUB_OUTPUT takes it; with --check it is a table", async () => {
  const { code, stdout } = await boardkit(["matrix", "--target", armv7]);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, build: { include: [{ target: armv7 }] } });
  const checked = await boardkit(["matrix", "--check", "--target", armv7]);
  expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^target +smoke +boards\narmv7/) });
});

test("init --dry-run shows the diff and writes nothing; without it, once", async () => {
  const folder = createProject({ "src/lib.rs": "" });
  const files = () => readdirSync(folder).toSorted();
  const before = files();
  const init = (...args: string[]) => boardkit(["--cwd", folder, "init", ...args]);
  const dry = await init("--dry-run");
  expect(dry).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^--- a\/package.json[^]*\+\+\+ b\/\.github\/workflows\/boardkit.yml/),
  });
  expect(files()).toEqual(before);
  expect((await init()).stdout).toBe(dry.stdout);
  expect(files()).toEqual([".github", ...before]);
  expect(await init()).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("every file is as init would write it") });
});

test("a crate that does not compile: the tail of its log, the log's path, exit code 1, nothing half-made in dist", async () => {
  const folder = createProject({ "src/lib.rs": "pub fn broken( {" });
  const { code, stderr } = await boardkit(["--cwd", folder, "build", "--target", aarch64]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/BUILD_FAILED[^]*this file contains an unclosed delimiter[^]*the whole log: .*build\.log/);
  expect(readdirSync(join(folder, "dist", aarch64))).toEqual(["logs"]);
});

test("--keep-going builds the others and tells every error", async () => {
  const folder = createProject({ "src/lib.rs": "pub fn broken( {" });
  const { code, stderr } = await boardkit(["--cwd", folder, "build", "--target", "aarch64-*", "--keep-going"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/TARGETS_FAILED: 2 targets failed: aarch64-unknown-linux-gnu, aarch64-unknown-linux-musl/);
});

test("smoke of a target that was not built says what to run", async () => {
  const folder = createProject({ "src/lib.rs": "" });
  const { code, stderr } = await boardkit(["--cwd", folder, "smoke", "--target", armv7]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/NOT_BUILT[^]*boardkit build --target armv7/);
});

test("a .node of the wrong architecture given to smoke", async () => {
  const { code, stderr } = await boardkit(["smoke", "--target", armv7, "--addon", process.execPath]);
  expect(stderr).toMatch(/ARTIFACT_UNFIT: node does not fit armv7-unknown-linux-musleabihf: it is (x86_64|aarch64), 64 bits/);
  expect(code).toBe(2);
});

test("a file that is no addon given to smoke", async () => {
  const file = join(temporaryFolder(), "text.node");
  writeFileSync(file, "not an addon");
  const { code, stderr } = await boardkit(["smoke", "--target", armv7, "--addon", file]);
  expect(stderr).toMatch(/NOT_ELF: text.node is not a complete ELF file/);
  expect(code).toBe(2);
});

test("the stages after the build need no Rust", async () => {
  const folder = createProject({ "src/lib.rs": "" });
  const PATH = pathWith("node", "npm", "tar", "sed", "dpkg", "apt-get", "python3", "git", "sh");
  for (const command of ["smoke", "board", "package"]) {
    const { code, stderr } = await boardkit(["--cwd", folder, command], { PATH });
    expect([command, code, /NOT_BUILT: .* not built|NOT_BUILT: nothing is built/.test(stderr)]).toEqual([command, 2, true]);
  }
});
