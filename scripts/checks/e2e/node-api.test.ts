// Node-API in the host on 32-bit ARM: the calls have the same results as in Node on this machine.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { hostFile, shippedRuns } from "../../emulate/runs.ts";
import { userEmulator } from "../../emulate/user.ts";
import { cacheRoot, packageRoot } from "../../lib/paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { selectTriples } from "../../model/registry.ts";
import { compileShared } from "../fixtures/fixture.ts";

const execute = promisify(execFile);
const fixtures = join(packageRoot, "scripts/target-side/host/fixtures");
const armv7 = "armv7-unknown-linux-musleabihf";

test("calls of Node-API functions with values of every kind have the same results as in Node", async () => {
  const registry = loadRegistry();
  const [target] = selectTriples(registry, [armv7]);
  const [run] = target ? shippedRuns(target) : [];
  expect(run?.kind).toBe("host");
  const source = readFileSync(join(fixtures, "calls.c"), "utf8");
  const runIn = async (program: string[], addon: string) => {
    const [file = "", ...args] = [...program, join(fixtures, "calls.cjs"), addon];
    const { stdout } = await execute(file, args, { maxBuffer: 2 ** 26 });
    return stdout.split("\n");
  };
  const emulator = userEmulator(registry, cacheRoot(process.env), { arch: "arm", cpu: run?.cpu ?? "", sysroot: run?.sysroot ?? "" });
  const host = [...emulator, hostFile(join(packageRoot, "dist", armv7))];
  const inHost = await runIn(host, compileShared(source, "arm-linux-musleabihf"));
  const machine = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu.2.17`;
  const inNode = await runIn([process.execPath], compileShared(source, machine));
  const differ = inNode.flatMap((line, index) => (line === inHost[index] ? [] : [`Node: ${line}\nhost: ${inHost[index]}`]));
  expect(differ.join("\n")).toBe("");
  expect(inHost.length).toBe(inNode.length);
});
