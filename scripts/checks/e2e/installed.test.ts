// Boardkit as users have it: packed, published to a real registry, and installed from there into a foreign project.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, type TestContext } from "vitest";
import { nodeEnvironment, userEmulator } from "../../emulate/user.ts";
import { cacheRoot, packageRoot } from "../../lib/paths.ts";
import { getToolchain } from "../../model/registry.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { run, runOrFail } from "../../tools/exec.ts";
import { publishPackage } from "../../tools/packages/npm.ts";
import { provided } from "../../tools/store/store.ts";
import { bundlePackage } from "../bundle.ts";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { quietContext } from "../fixtures/packable-project.ts";
import { SUM_ADDON, SUM_DEPENDENCIES, writeProject } from "../fixtures/small-project.ts";
import { startRegistry, type Registry } from "../install/registry.ts";

const NODE = "node-armv7-debian";
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), "boardkit-installed-"));
const project = join(folder, "project");
/** The Node of this process comes first: that on the PATH may be older than the package supports. */
const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
let registry: Registry;
/** Why the package cannot be installed here, if it cannot. */
let obstacle: string | undefined;

beforeAll(async () => {
  const { stdout } = await runOrFail({ argv: ["npm", "config", "get", "registry"] }, "NPM");
  registry = await startRegistry(join(folder, "registry"), { url: stdout.trim(), own: "boardkit" });
  const { ok } = await fetch(new URL("commander", registry.url));
  if (!ok) {
    obstacle = "the registry of the tests cannot reach npm's: if a proxy has its own certificate, set NODE_EXTRA_CA_CERTS";
    return;
  }
  const userconfig = join(folder, "npmrc");
  writeFileSync(userconfig, `registry=${registry.url}\n//${new URL(registry.url).host}/:_authToken=anonymous\n`);
  await publishPackage(await bundlePackage(), ["--userconfig", userconfig, "--access", "public"], signal);
  writeProject(project, SUM_ADDON, SUM_DEPENDENCIES);
  const options = ["--userconfig", userconfig, "--cache", join(folder, "npm-cache"), "--no-audit", "--no-fund", "--save-dev"];
  await runOrFail({ argv: ["npm", "install", ...options, "boardkit"], cwd: project, env, signal }, "INSTALL_FAILED");
}, 600_000);
afterAll(async () => {
  await registry.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the installed command as npx does. */
const boardkit = (...args: string[]) => run({ argv: [join(project, "node_modules/.bin/boardkit"), ...args], cwd: project, env, signal });

/** Skips a test if the package is not installed. */
function needPackage(task: TestContext): void {
  if (obstacle !== undefined) skipFor(task, obstacle);
}

test("it audits two files in threads, with nothing on stderr", async (context) => {
  needPackage(context);
  const addon = compileShared(addonSource(""), "aarch64-linux-gnu.2.17");
  for (const name of ["a.node", "b.node"]) cpSync(addon, join(folder, name));
  const { stdout, stderr, exitCode } = await boardkit("audit", join(folder, "a.node"), join(folder, "b.node"), "--board", "pi-4");
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(stdout.match(/✓ .* on pi-4/g)).toHaveLength(2);
});

test("a program audits with it, and TypeScript knows its types", async (context) => {
  needPackage(context);
  const addon = compileShared(addonSource(""), "aarch64-linux-gnu.2.17");
  const text = `import { audit, type Audit } from "boardkit";
for await (const one of audit([${JSON.stringify(addon)}], { board: "pi-4" })) {
  const places: Audit["places"] = one.places;
  console.log(places.map(({ name, findings }) => name + ": " + findings.filter(({ severity }) => severity === "error").length).join());
}
`;
  writeFileSync(join(project, "program.mts"), text);
  const { stdout } = await runOrFail({ argv: [process.execPath, "program.mts"], cwd: project, signal }, "PROGRAM_FAILED");
  expect(stdout).toBe("pi-4: 0\n");
  const options = ["--noEmit", "--strict", "--target", "es2024", "--module", "nodenext", "--skipLibCheck", "--types", ""];
  await runOrFail({ argv: [join(packageRoot, "node_modules/.bin/tsc"), ...options, "program.mts"], cwd: project, signal }, "TYPES_WRONG");
});

test("it plans with the napi-rs CLI among its dependencies", async (context) => {
  needPackage(context);
  const { stdout } = await boardkit("build", "--dry-run", "--json", "--target", "aarch64-unknown-linux-musl");
  const { targets } = JSON.parse(stdout) as { targets: { steps: { id: string; argv: string[] }[] }[] };
  expect(targets[0]?.steps.find(({ id }) => id === "build")?.argv[1]).toBe(join(project, "node_modules/@napi-rs/cli/dist/cli.js"));
});

test("it ships: built, audited and run under QEMU", async (context) => {
  needPackage(context);
  const { stdout, stderr, exitCode } = await boardkit("ship", "--target", "aarch64-unknown-linux-musl");
  expect(stderr).toContain("✓ build aarch64-unknown-linux-musl");
  expect(stdout).toMatch(/aarch64-unknown-linux-musl .* 1 passed .*Node \d+/);
  expect(exitCode).toBe(0);
  expect(existsSync(join(project, "dist/aarch64-unknown-linux-musl/manifest.json"))).toBe(true);
}, 900_000);

test("it audits on a 32-bit Pi: in Debian's Node for armhf, at its CPU", async (task) => {
  needPackage(task);
  const context = { ...quietContext(), cache: cacheRoot(process.env) };
  await fetchItems(["qemu-user", NODE], context);
  const { registry: data, cache } = context;
  const addon = compileShared(addonSource(""), "arm-linux-gnueabihf.2.17", ["-mcpu=generic+v7a+vfp3-d32-neon"]);
  const emulator = userEmulator(data, cache, { arch: "arm", cpu: "cortex-a7", sysroot: NODE });
  const node = provided(cache, getToolchain(data, NODE), "node");
  const argv = [...emulator, node, join(project, "node_modules/boardkit/lib/cli.js"), "audit", addon, "--board", "pi-2", "--json"];
  const { stdout, stderr, exitCode } = await run({ argv, env: nodeEnvironment, signal, timeoutSeconds: 280 });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, files: [{ path: addon, facts: { arch: "arm" }, places: [{ name: "pi-2" }] }] });
}, 900_000);
