// The CLI in a real pseudo-terminal: live lines, the lines that stay, and the terminal after an interrupt.
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { whereIs } from "../../stages/set-up/host-tools.ts";
import { createScreen, ESCAPE, type Screen } from "../fixtures/screen.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { boardkit, createProject } from "./cli.ts";

const python = whereIs("python3", process.env.PATH ?? "");
// Printed with the name of each test.
const inTerminal = python === undefined ? test.skip : test;
const why = python === undefined ? " (skipped: python3, which makes the pseudo-terminal, is not on the PATH)" : "";

const COLOURS = new RegExp(`${ESCAPE}\\[\\d+m`);

/** An addon whose audit takes longer than the first frame. */
function bigAddon(): string {
  const [path] = globSync("node_modules/@oxlint/binding-*/*.node", { cwd: packageRoot });
  return join(packageRoot, path!);
}

/** Whether a process runs; one that has ended may stay as a zombie, if nobody in this container asks for its end. */
function isRunning(pid: string): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) Z/.test(readFileSync(path, "utf8"));
}

type Session = { code: number | null; screen: Screen; output: string; isInterrupted: boolean };

/** Runs `boardkit` in a terminal; types Ctrl-C once when the screen shows `interruptAt`. */
function inPty(args: string[], { interruptAt, env }: { interruptAt?: RegExp; env?: Record<string, string> } = {}): Promise<Session> {
  const command = [join(packageRoot, "scripts/checks/fixtures/terminal.py"), process.execPath, join(packageRoot, "scripts/boardkit.mjs")];
  // What CI and test runners set would turn off the live lines.
  const cleared = { CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined };
  const child = spawn(python!, [...command, ...args], {
    cwd: packageRoot,
    env: { ...process.env, ...cleared, TERM: "xterm", BOARDKIT_SKIP_INSTALL: "1", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const screen = createScreen();
  let output = "";
  let isInterrupted = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    screen.write(text);
    if (isInterrupted || !interruptAt?.test(screen.lines().join("\n"))) return;
    isInterrupted = true;
    child.stdin.write("\u0003");
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, screen, output, isInterrupted })));
}

inTerminal(`an audit draws a line with its files while it runs, and leaves only its results${why}`, async () => {
  const folder = temporaryFolder();
  for (const name of ["a.node", "b.node", "c.node", "d.node"]) copyFileSync(bigAddon(), join(folder, name));
  const { code, screen, output } = await inPty(["audit", folder, "--board", "pi-2"]);
  expect(output).toMatch(/… audit files \d+s, [0-3] of 4 files/);
  expect(output).toMatch(COLOURS);
  const lines = screen.lines();
  expect(lines.filter((line) => line.startsWith("✗"))).toEqual([
    ...["a", "b", "c", "d"].map((name) => expect.stringContaining(`${folder}/${name}.node on pi-2`)),
    expect.stringContaining("AUDIT_FAILED"),
  ]);
  expect(lines.filter((line) => line.startsWith("…"))).toEqual([]);
  expect([code, screen.isCursorShown()]).toEqual([1, true]);
});

inTerminal(`NO_COLOR leaves the live lines and takes the colours; CI and a dumb terminal take the live lines${why}`, async () => {
  const folder = temporaryFolder();
  for (const name of ["a.node", "b.node", "c.node"]) copyFileSync(bigAddon(), join(folder, name));
  const args = ["audit", folder, "--board", "pi-2"];
  const plain = await inPty(args, { env: { NO_COLOR: "1" } });
  const inCi = await inPty(args, { env: { CI: "true" } });
  const dumb = await inPty(args, { env: { TERM: "dumb" } });
  const hasLiveLines = ({ output }: Session) => output.includes(`${ESCAPE}[?25l`);
  expect([plain, inCi, dumb].map(hasLiveLines)).toEqual([true, false, false]);
  expect([plain, dumb].map(({ output }) => COLOURS.test(output))).toEqual([false, false]);
  expect((await boardkit(["build", "--profile", "huge"], { FORCE_COLOR: "1" })).stderr).toMatch(COLOURS);
});

inTerminal(`Ctrl-C ends a build and its children, and the terminal is clean${why}`, async () => {
  // cargo waits for this build script.
  const pidFile = join(temporaryFolder(), "pid");
  const script = `fn main() { std::fs::write(${JSON.stringify(pidFile)}, std::process::id().to_string()).unwrap(); std::thread::sleep(std::time::Duration::from_secs(600)); }`;
  const folder = createProject({ "build.rs": script, "src/lib.rs": "" });
  const args = ["--cwd", folder, "build", "--target", "aarch64-unknown-linux-musl"];
  // Its line has an estimate if another test has built such a project, and wider columns beside another step.
  const building = /^… build +aarch64-unknown-linux-musl +\d.*, \d of \d units: foreign\(build\)$/m;
  const { code, screen, isInterrupted } = await inPty(args, { interruptAt: building });
  expect([code, isInterrupted]).toEqual([130, true]);
  expect(screen.isCursorShown()).toBe(true);
  const lines = screen.lines();
  expect(lines.at(-1)).toBe("✗ interrupted: ending all child processes; partial output is removed");
  expect(lines.filter((line) => line.includes("…"))).toEqual([]);
  expect(isRunning(readFileSync(pidFile, "utf8"))).toBe(false);
});
