// Node-API in the host on ARM: the suites of addons have the same results as in Node on this machine, and as in the Node of the target.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { shippedRuns } from "../../emulate/runs.ts";
import { nodeEnvironment, userEmulator } from "../../emulate/user.ts";
import { cacheRoot, packageRoot } from "../../lib/paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { getToolchain, selectTriples } from "../../model/registry.ts";
import type { SmokeRun, Triple } from "../../model/targets/triple.ts";
import { engineFile, hostStep, writeHostFiles } from "../../stages/plan/host.ts";
import { run } from "../../tools/exec.ts";
import { provided } from "../../tools/store/store.ts";
import { zigPaths } from "../../tools/store/zig-paths.ts";
import { compileShared } from "../fixtures/fixture.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

const execute = promisify(execFile);
const fixtures = join(packageRoot, "scripts/target-side/host/fixtures");
const [registry, cache] = [loadRegistry(), cacheRoot(process.env)];

/** A runtime: its command, and the zig target of addons for it. */
type Runtime = { command: string[]; zigTarget: string };

const here: Runtime = { command: [process.execPath], zigTarget: `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu.2.17` };

/** The results of two addon functions that call back from threads. */
const THREADS = `
  const { work, count } = require(process.argv.at(-1));
  const results = [];
  work(21).then((value) => results.push(["work", value]));
  count(100, (value) => { if (value === 99) results.push(["count", value]); });
  process.on("exit", () => console.log(JSON.stringify(results.sort())));
`;

/** The lines that a script prints in a runtime; it gets the path of an addon. */
async function linesOf({ command, zigTarget }: Runtime, addon: string, script: string[]): Promise<string[]> {
  const path = compileShared(readFileSync(join(fixtures, `${addon}.c`), "utf8"), zigTarget);
  const [file = "", ...args] = [...command, ...script, path];
  const { stdout } = await execute(file, args, { maxBuffer: 2 ** 26, env: { ...process.env, ...nodeEnvironment } });
  return stdout.split("\n");
}

/** The host of a target, compiled as for a smoke run of it, and the target's own Node if there is one. */
async function runtimesOf(target: Triple, own: SmokeRun): Promise<Record<string, Runtime>> {
  const emulator = (node?: string) =>
    userEmulator(registry, cache, { arch: target.arch, cpu: own.cpu, sysroot: own.sysroot, ...(node === undefined ? {} : { node }) });
  const step = hostStep(target, temporaryFolder(), cache, zigPaths(cache, registry), engineFile(cache, registry));
  await writeHostFiles([step], cache, registry);
  // The step writes a partial file, which it would move.
  const output = join(step.partial, "host");
  mkdirSync(dirname(output), { recursive: true });
  const { exitCode, stderr } = await run({ argv: step.argv, cwd: step.cwd, env: step.env });
  expect(exitCode, stderr).toBe(0);
  const node = own.kind === "node" ? own.node : undefined;
  return {
    host: { command: [...emulator(), output], zigTarget: target.zigTarget },
    ...(node === undefined
      ? {}
      : { Node: { command: [...emulator(node), provided(cache, getToolchain(registry, node), "node")], zigTarget: target.zigTarget } }),
  };
}

/** Addons, and the script that calls each; with the least lines that it prints. */
const suites: { addon: string; script: string[]; least: number }[] = [
  // Calls of functions with values of every kind.
  { addon: "calls", script: [join(fixtures, "calls.cjs")], least: 13_000 },
  // An addon that checks the results by itself.
  { addon: "exercise", script: ["-e", "console.log(Object.keys(require(process.argv.at(-1))))"], least: 1 },
  { addon: "threads", script: ["-e", THREADS], least: 1 },
];

test.each([
  ["armv7-unknown-linux-musleabihf", ["host"]],
  ["aarch64-unknown-linux-musl", ["host", "Node"]],
])(
  "%s: functions of Node-API have the same results as in Node on this machine",
  async (triple, names) => {
    const [target] = selectTriples(registry, [triple]);
    const [own] = target ? shippedRuns(target) : [];
    if (!target || !own) throw new Error(`no run of ${triple}`);
    const runtimes = await runtimesOf(target, own);
    expect(Object.keys(runtimes)).toEqual(names);
    for (const { addon, script, least } of suites) {
      const expected = await linesOf(here, addon, script);
      expect(expected.length, addon).toBeGreaterThan(least);
      for (const [name, runtime] of Object.entries(runtimes)) {
        const found = await linesOf(runtime, addon, script);
        const differ = expected.flatMap((line, index) => (line === found[index] ? [] : [`here: ${line}\n${name}: ${found[index]}`]));
        expect(differ.join("\n"), `${addon} in ${name}`).toBe("");
        expect(found.length, `${addon} in ${name}`).toBe(expected.length);
      }
    }
  },
  // The host is compiled.
  600_000,
);
