// plan, build and smoke with a real build: the printed commands are the ones that run, unchanged steps are skipped, an interrupt leaves
// nothing, and a foreign project works without changes.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import type { Plan } from "../../model/plan.ts";
import { formatCommand } from "../../tools/exec.ts";
import { SUM_ADDON, SUM_DEPENDENCIES } from "../fixtures/small-project.ts";
import { boardkit, createProject, start } from "./cli.ts";
import type { Manifest } from "../../model/report/manifest.ts";

const armv7 = "armv7-unknown-linux-musleabihf";
// rustup has its compiled standard library, so the build script runs soon.
const aarch64 = "aarch64-unknown-linux-musl";
const dist = join(packageRoot, "dist", armv7);

test("build --dry-run --json prints the commands that build ran", async () => {
  const { stdout } = await boardkit(["build", "--dry-run", "--json", "--target", armv7]);
  const [target] = (JSON.parse(stdout) as Plan).targets;
  expect(target?.steps.map((step) => step.id)).toEqual(["build", "host"]);
  for (const step of target?.steps ?? []) {
    const [ran] = readFileSync(join(dist, "logs", `${step.id}.log`), "utf8").split("\n");
    expect(ran?.endsWith(formatCommand({ argv: step.argv }))).toBe(true);
  }
});

test("without changes every step is skipped", async () => {
  const { code, stderr } = await boardkit(["ship", "--target", armv7]);
  expect(code).toBe(0);
  for (const step of ["build", "host", "smoke host"]) expect(stderr).toContain(`- ${step} ${armv7} skipped: unchanged`);
  expect(stderr).not.toContain("✓");
});

test("the manifest has the stand-in for Node, and the facts of the file", () => {
  const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8")) as Manifest;
  expect(manifest.audit?.elf).toMatchObject({ arch: "arm", bits: 32, floatAbi: "hard", needed: ["libc.so"], stripped: true });
  expect(manifest.smoke.map((run) => [run.kind, run.outcome, run.cpu])).toEqual([["host", "passed", "cortex-a7"]]);
  for (const run of manifest.smoke) expect(run.standsIn).toMatch(/no Node for armv7 musl is published/);
});

test("an interrupt ends all processes and leaves no partial files", async () => {
  const marker = `boardkit-interrupt-${process.pid}`;
  // A build script that would run for five minutes; the marker finds its process.
  const folder = createProject({
    "src/lib.rs": "",
    "build.rs": `fn main() { std::process::Command::new("sh").args(["-c", ": ${marker}; sleep 300; true"]).status().unwrap(); }`,
  });
  const running = start(["--cwd", folder, "build", "--target", aarch64]);
  await expect.poll(() => isRunning(marker), { timeout: 240_000, interval: 200 }).toBe(true);
  running.child.kill("SIGINT");
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr).toContain("interrupted");
  expect(isRunning(marker)).toBe(false);
  expect(readdirSync(join(folder, "dist", aarch64))).toEqual(["logs"]);
});

test("a foreign project is built and loaded, and none of its files change", async () => {
  const folder = createProject({ ".gitignore": "/target\n/dist\n", ...SUM_ADDON }, SUM_DEPENDENCIES);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: folder, encoding: "utf8" });
  execFileSync("cargo", ["generate-lockfile"], { cwd: folder, stdio: "ignore" });
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "x");
  const { code, stdout } = await boardkit(["--cwd", folder, "ship", "--target", aarch64]);
  expect(stdout).toMatch(/1 passed.*Node \d[\d.]* on cortex-a53/);
  expect(code).toBe(0);
  expect(existsSync(join(folder, "dist", aarch64, "foreign.linux-arm64-musl.node"))).toBe(true);
  expect(git("status", "--porcelain")).toBe("");
  const path = join(folder, "dist", aarch64, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  const sizes = manifest.steps.build?.sizes ?? [];
  for (const crate of ["foreign", "napi", "std", "core"])
    expect(sizes).toContainEqual({ kind: "crate", name: crate, bytes: expect.toSatisfy((bytes) => bytes > 0) });
  const named = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(named / manifest.artifact.bytes).toBeGreaterThan(0.9);
  expect(named).toBeLessThanOrEqual(manifest.artifact.bytes);
  // Nothing is linked now.
  rmSync(path);
  expect(await boardkit(["--cwd", folder, "build", "--target", aarch64])).toMatchObject({ code: 0 });
  expect((JSON.parse(readFileSync(path, "utf8")) as Manifest).steps.build?.sizes).toEqual(sizes);
});

function isRunning(marker: string): boolean {
  return readdirSync("/proc").some((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return commandLine.includes(marker) && commandLine.startsWith("sh");
    } catch {
      return false; // it has ended since readdirSync
    }
  });
}
