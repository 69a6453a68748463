// `--builder cross` in docker: a real daemon, which the test starts, and real images.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, type TestContext } from "vitest";
import { cacheRoot } from "../../lib/paths.ts";
import type { Manifest } from "../../model/report/manifest.ts";
import { startDocker, type DockerDaemon } from "../fixtures/docker-daemon.ts";
import { quietContext } from "../fixtures/packable-project.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { writeProject } from "../fixtures/small-project.ts";
import { boardkit, start } from "./cli.ts";

const TARGET = "aarch64-unknown-linux-gnu";
const folder = mkdtempSync(join(tmpdir(), "boardkit-docker-"));
const project = join(folder, "project");
let daemon: DockerDaemon | string = "the daemon was not started";

beforeAll(async () => {
  daemon = await startDocker(folder, { ...quietContext(), cache: cacheRoot(process.env) });
  writeProject(
    project,
    {
      "build.rs": 'fn main() { napi_build::setup(); cc::Build::new().file("add.c").compile("add"); }',
      "add.c": "int c_add(int a, int b) { return a + b; }\n",
      "src/lib.rs":
        'use napi_derive::napi;\n\nextern "C" { fn c_add(a: i32, b: i32) -> i32; }\n\n#[napi]\npub fn sum(a: i32, b: i32) -> i32 { unsafe { c_add(a, b) } }\n',
    },
    '[dependencies]\nnapi = "3"\nnapi-derive = "3"\n\n[build-dependencies]\nnapi-build = "2"\ncc = "1"\n',
  );
});
afterAll(async () => {
  if (typeof daemon !== "string") await daemon.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The daemon; skips the test if it does not run here. */
function need(context: Pick<TestContext, "task" | "skip">): DockerDaemon & { variables: Record<string, string> } {
  if (typeof daemon === "string") return skipFor(context, daemon);
  return { ...daemon, variables: { ...daemon.env, CROSS_CONTAINER_ENGINE: "docker" } };
}
const build = ["--cwd", project, "build", "--builder", "cross", "--target", TARGET];

test("doctor names docker's version and daemon, and cross works for every target", async (context) => {
  const { variables, env } = need(context);
  const { stdout } = await boardkit(["doctor", "--json"], variables);
  const { engines, builders } = JSON.parse(stdout) as { engines: object[]; builders: { builder: string; works: boolean }[] };
  expect(engines).toEqual([
    { name: "docker", works: true, used: true, text: expect.stringMatching(new RegExp(`^[0-9.+a-z]+ at ${env.DOCKER_HOST}, by /`)) },
  ]);
  const cross = builders.filter(({ builder }) => builder === "cross");
  expect(cross.length).toBeGreaterThan(0);
  expect(cross.every(({ works }) => works)).toBe(true);
});

test("the error of a daemon that does not answer names its address, and the fix", async (context) => {
  const { variables } = need(context);
  const { code, stderr } = await boardkit([...build, "--dry-run"], { ...variables, DOCKER_HOST: "unix:///nowhere.sock" });
  expect(stderr).toMatch(/docker is installed, but its daemon does not answer at unix:\/\/\/nowhere\.sock[^]*fix: start it \(systemctl/);
  expect(code).toBe(4);
  const remote = await boardkit([...build, "--dry-run"], { ...variables, DOCKER_HOST: "tcp://10.255.255.1:2375" });
  expect(remote.stderr).toMatch(/docker's daemon is on another machine \(tcp:\/\/10\.255\.255\.1:2375\)[^]*fix: unset DOCKER_HOST/);
  expect(remote.code).toBe(4);
});

test(
  "cross in docker gives the file of gcc on this machine, byte for byte, and leaves no container",
  { timeout: 1_800_000 },
  async (context) => {
    const { variables, docker } = need(context);
    const compare = ["--cwd", project, "compare", "builders", "--json", "--builders", "gcc,cross", "--target", TARGET];
    const { code, stdout, stderr } = await boardkit(compare, variables);
    expect(code, stderr).toBe(0);
    const { rows } = JSON.parse(stdout) as { rows: { builder: string; passed: number }[] };
    expect(rows).toMatchObject([
      { builder: "gcc", passed: 1 },
      { builder: "cross", passed: 1 },
    ]);
    const manifest = (builder: string) =>
      JSON.parse(readFileSync(join(project, "dist/.compare", builder, TARGET, "manifest.json"), "utf8")) as Manifest;
    expect(manifest("cross").builder).toMatchObject({ name: "cross", tools: expect.stringMatching(/^cross [0-9.]+ with docker, /) });
    expect(manifest("cross").artifact.sha256).toBe(manifest("gcc").artifact.sha256);
    expect(await docker("ps", "--all", "--quiet")).toBe("");
  },
);

test("an interrupt ends and removes the container and its volume", { timeout: 900_000 }, async (context) => {
  const { variables, docker } = need(context);
  // Otherwise cargo may have nothing to compile, and the container ends by itself.
  writeFileSync(join(project, "build.rs"), "fn main() { std::thread::sleep(std::time::Duration::from_secs(600)) }");
  const { child, ended } = start([...build, "--force"], variables);
  const running = () => docker("ps", "--format", "{{.Names}}");
  while (child.exitCode === null && !(await running()).includes("boardkit-")) await sleep(200);
  await sleep(1000);
  expect(await running()).toMatch(/^boardkit-[0-9a-f]{16}$/);
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(130);
  expect(await docker("ps", "--all", "--quiet")).toBe("");
  expect(await docker("volume", "ls", "--quiet")).toBe("");
});
