// A small addon on a board with Node, and boards that fail.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheRoot } from "../../lib/paths.ts";
import type { BoardReport } from "../../model/report/board-report.ts";
import { boardkit, createProject, start } from "./cli.ts";
import { SUM_ADDON, SUM_DEPENDENCIES, writeProject } from "../fixtures/small-project.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

const target = "aarch64-unknown-linux-musl";
const project = mkdtempSync(join(tmpdir(), "board-"));
const dist = join(project, "dist", target);
const log = join(dist, "logs/board-filogic-256.log");

/** Memory that the addon takes when it is loaded: more than a bare Node differs from boot to boot. */
const MEMORY = `
#[napi_derive::module_init]
fn init() {
    std::mem::forget(std::hint::black_box(vec![1u8; 8 << 20]));
}
`;

const SMOKE = `import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
const failed = createRequire(import.meta.url)(process.env.BOARDKIT_ADDON).sum(2, 3) === 5 ? 0 : 1;
writeFileSync(process.env.BOARDKIT_RESULT, JSON.stringify({ passed: 1 - failed, failed, node: process.version, failures: [] }));
`;

beforeAll(async () => {
  const packageJson = { name: "foreign", version: "0.0.1", napi: { binaryName: "foreign" }, boardkit: { smoke: "smoke.mjs" } };
  const sources = { ...SUM_ADDON, "src/lib.rs": SUM_ADDON["src/lib.rs"] + MEMORY };
  writeProject(project, { ...sources, "smoke.mjs": SMOKE, "package.json": JSON.stringify(packageJson) }, SUM_DEPENDENCIES);
  const { code, stderr } = await boardkit(["--cwd", project, "build", "--target", target]);
  expect(code, stderr).toBe(0);
}, 900_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** A script for a board's Node. */
function script(text: string): string {
  const path = join(temporaryFolder(), "script.mjs");
  writeFileSync(path, text);
  return path;
}

/** Runs a script on a board with 128 MiB. */
async function onBoard(text: string, ...args: string[]) {
  const ended = await boardkit(["--cwd", project, "board", "filogic-256", "--memory", "128", "--script", script(text), "--json", ...args]);
  const { boards } = JSON.parse(ended.stdout) as BoardReport;
  return { ...ended, result: boards[0] };
}

test.each([
  ["an unknown board", ["board", "pi-9"], /BOARD_UNKNOWN: unknown board pi-9[^]*pi-zero-w/],
  [
    "too little memory for any Node",
    ["board", "filogic-256", "--memory", "32"],
    /RAM_UNFIT: 32 MiB for filogic-256 is too little[^]*--find-min/,
  ],
  ["memory that is not a number", ["board", "pi-3", "--memory", "lots"], /expected an integer from 8 to/],
  ["a shell on two boards", ["board", "openwrt-filogic", "--shell"], /--shell requires exactly one board, and 2 are chosen/],
  ["a missing script", ["board", "filogic-256", "--script", "/nowhere.mjs"], /NO_INPUT: there is no \/nowhere.mjs/],
])("%s", async (_name, args, text) => {
  const { code, stderr } = await boardkit(["--cwd", project, ...args]);
  expect(stderr).toMatch(text);
  expect(code).toBe(2);
});

test("the error of a board without a built target has the build command", async () => {
  const { code, stderr } = await boardkit(["--cwd", createProject({}), "board", "pi-3"]);
  expect(stderr).toMatch(/NOT_BUILT: aarch64-unknown-linux-gnu is not built[^]*boardkit build --target aarch64-unknown-linux-gnu/);
  expect(code).toBe(2);
});

test("a board that is not supported is a result with the reason", async () => {
  const { code, stdout } = await boardkit(["--cwd", project, "board", "bcm53xx-256", "--json"]);
  expect((JSON.parse(stdout) as BoardReport).boards[0]).toMatchObject({
    verdict: "unsupported",
    reason: expect.stringContaining("no VFP"),
  });
  expect(code).toBe(0);
});

test("the error of a kernel that cannot be fetched names the kernel and the fix", async () => {
  const [cache, bin] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(cache, "store"));
  const real = join(cacheRoot(process.env), "store");
  for (const name of readdirSync(real)) if (!name.startsWith("kernel-")) symlinkSync(join(real, name), join(cache, "store", name));
  writeFileSync(join(bin, "apt-get"), "#!/bin/sh\necho 'E: Unable to connect' >&2\nexit 100\n");
  chmodSync(join(bin, "apt-get"), 0o755);
  const { code, stderr } = await boardkit(["--cwd", project, "board", "filogic-256"], {
    BOARDKIT_CACHE: cache,
    PATH: `${bin}:${process.env.PATH}`,
  });
  expect(stderr).toMatch(
    /kernel-aarch64: linux-image-\S+, busybox-static:arm64 from Debian[^]*FETCH_FAILED[^]*Unable to connect[^]*must reach Debian's mirror/,
  );
  expect(code).toBe(1);
});

test("a board with 128 MiB loads the addon in its Node and runs the smoke script", async () => {
  const { code, stdout, stderr } = await boardkit(["--cwd", project, "board", "filogic-256", "--memory", "128", "--json"]);
  expect(code, stderr).toBe(0);
  const [result] = (JSON.parse(stdout) as BoardReport).boards;
  expect(result).toMatchObject({ verdict: "passed", boots: 1, memTotalKiB: expect.closeTo(104_000, -4) });
});

test("two runs at once: one prints 100 MB and exits with 3, the other uses all memory; each has its own result", async () => {
  const print =
    'import { writeSync } from "node:fs"; for (let i = 0; i < 100; i++) writeSync(1, "x".repeat(1e6)); writeSync(1, "\\nthe end"); process.exit(3);';
  const take = "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));";
  const [printed, taken] = await Promise.all([onBoard(print), onBoard(take)]);
  expect(printed.result).toMatchObject({ verdict: "failed", fault: "addon", boots: 1 });
  expect(printed.result?.reason).toMatch(/the smoke run exited with 3; the control run without the addon passed[^]*the end\n/);
  expect(printed.stdout.length).toBeLessThan(10_000);
  expect(taken.result).toMatchObject({ verdict: "failed", fault: "memory", memTotalKiB: expect.closeTo(104_000, -4) });
  expect(taken.result?.reason).toMatch(/the smoke run does not fit into 128 MiB, OOM kill: Out of memory: Killed process \d+ .* anon-rss:/);
  expect([printed.code, taken.code]).toEqual([1, 1]);
  expect(readFileSync(log).length).toBeLessThan(100_000);
});

test("a script that hangs is ended at the deadline, and its output is kept", async () => {
  const { result, stderr } = await onBoard('console.log("waiting"); setInterval(() => {}, 1000);', "--timeout", "25");
  expect(result).toMatchObject({
    verdict: "failed",
    fault: "addon",
    reason: expect.stringMatching(/did not end before the deadline\nwaiting/),
  });
  expect(result?.loaded?.rssAnonKiB).toBeGreaterThan(result?.bare?.rssAnonKiB ?? Infinity);
  expect(stderr).toMatch(/BOARD_FAILED: 1 of 1 boards failed: filogic-256/);
});

test.each([
  ["with a reader of stderr", false],
  ["without a reader of stderr", true],
])("an interrupt while a board boots, %s, leaves neither QEMU nor partial files", async (_name, unread) => {
  const before = readdirSync(dist);
  const running = start(["--cwd", project, "board", "filogic-256", "--script", script("setInterval(() => {}, 1000);")]);
  const own = () => readdirSync(dist).find((name) => name.startsWith(".board-") && !before.includes(name));
  for (let tries = 0; tries < 300 && !isRunning(own()); tries += 1) await sleep(100);
  const folder = own();
  expect(isRunning(folder)).toBe(true);
  if (unread) running.child.stderr?.destroy();
  running.child.kill("SIGINT");
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr.includes("interrupted")).toBe(!unread);
  expect(isRunning(folder)).toBe(false);
  expect(existsSync(join(dist, folder ?? ""))).toBe(false);
});

/** Whether a QEMU uses files in a folder. */
function isRunning(folder: string | undefined): boolean {
  if (!folder) return false;
  return readdirSync("/proc").some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${folder}/`);
    } catch {
      return false; // it has ended since readdirSync
    }
  });
}
