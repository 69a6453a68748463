// `boardkit deploy` with a Node that it sends: another one than the board has, which releases share.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { cacheRoot } from "../../lib/paths.ts";
import { selectRuntime } from "../../model/deploy/runtime.ts";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { findDeployObstacle, startDeployGuest, type DeployGuest } from "../fixtures/deploy/guest.ts";
import { createLink } from "../fixtures/deploy/link.ts";
import { createProject } from "../fixtures/deploy/project.ts";
import { quietContext } from "../fixtures/packable-project.ts";
import { skipFor } from "../fixtures/skip-for.ts";

const folder = mkdtempSync(join(tmpdir(), "deploy-runtime-"));
const context = { ...quietContext(), cache: cacheRoot(process.env) };
const target = context.registry.triples.get(`${arch() === "arm64" ? "aarch64" : "x86_64"}-unknown-linux-gnu`)!;
const choice = selectRuntime("node@22", target, context.registry);
const node = choice?.kind === "node" ? choice.node : undefined;

const SERVER = `require("node:http")
  .createServer((request, response) => response.end([process.version, process.execPath, process.env.GREETING].join(" ")))
  .listen(Number(process.env.PORT), "127.0.0.1");
`;

/** Bytes after which the link is cut. */
const CUT = 10_000_000;

let obstacle: string | undefined;
let board: DeployGuest;
beforeAll(async () => {
  obstacle = (await findDeployObstacle(context)) ?? (await fetchOptional(node?.id ?? "", context));
  if (obstacle === undefined) board = await startDeployGuest(folder, "", context);
}, 600_000);
afterAll(async () => {
  if (obstacle === undefined) await board.end();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

test("a Node is sent once; a change sends one file; rollback, status and prune know it", async () => {
  const project = await createProject(board, "shipped", { runtime: "node@22" });
  project.write({ "server.js": SERVER });
  const plan = await project.deploy(["--dry-run"]);
  expect(plan, plan.stderr).toMatchObject({ outcome: "planned", plan: { runtime: { name: `Node ${node?.version}`, isThere: false } } });
  const { id = "", bytes = 0, packedBytes = 0 } = plan.plan?.runtime ?? {};
  expect(plan.plan?.needed).toBeGreaterThan(bytes);

  // The link is cut while it is sent, once.
  const link = await createLink(board.guest, project.path);
  onTestFinished(link.end);
  link.cutAfter(CUT);
  const first = await project.deploy([], link.config);
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed" });
  expect(link.sent()).toBeGreaterThan(packedBytes + CUT);
  const [version, program] = (await project.answer()).split(" ");
  expect({ version, program }).toEqual({ version: `v${node?.version}`, program: join(project.there, "runtimes", id, "bin/node") });
  process.stderr.write(
    `Node ${node?.version}: ${bytes} bytes on the board, ${packedBytes} sent, first deploy ${first.seconds.toFixed(1)} s\n`,
  );

  project.write({ "server.js": SERVER.replace('join(" ")', 'join("; ")') });
  const second = await project.deploy();
  expect(second, second.stderr).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 1, plan: { runtime: { isThere: true } } });
  expect(second.sentBytes).toBeLessThan(2048);
  expect(await project.answer()).toMatch(new RegExp(`^v${node?.version}; `));
  expect((await project.run(["status"])).stdout).toMatch(new RegExp(`✓ guest +${second.release} +good +Node ${node?.version} +\\d`));

  expect(await project.run(["rollback"])).toMatchObject({ code: 0, stdout: expect.stringContaining(`guest runs ${first.release}`) });
  expect(await project.answer()).toMatch(new RegExp(`^v${node?.version} `));

  // With the board's own Node twice, no release needs the sent one.
  for (const greeting of ["two", "three"]) {
    project.set({ runtime: "board", env: { PORT: `${project.port}`, GREETING: greeting } });
    const result = await project.deploy();
    expect(result, result.stderr).toMatchObject({ code: 0, outcome: "deployed" });
    expect(await project.answer()).toBe([process.version, process.execPath, greeting].join("; "));
    expect(readdirSync(join(project.there, "runtimes"))).toEqual(greeting === "two" ? [id] : []);
  }
}, 300_000);

test("a version that nobody has, and a runtime that the board damages", async () => {
  const project = await createProject(board, "damaged", { runtime: "node@3" });
  const { stderr, code } = await project.run(["deploy"]);
  expect(stderr).toMatch(/NO_RUNTIME: there is no Node 3 to send to .*; there is 22\./);
  expect(code).toBe(3);
  expect(existsSync(project.there)).toBe(false);

  project.set({ runtime: "node@22" });
  const first = await project.deploy();
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed" });
  const program = join(project.there, "runtimes", first.plan?.runtime?.id ?? "", "bin/node");
  const bytes = readFileSync(program);
  rmSync(program);
  writeFileSync(program, bytes.fill(0, 4096, 1_000_000), { mode: 0o755 });
  project.write({ "server.js": `${SERVER}// changed\n` });
  const second = await project.deploy();
  expect(second.error).toMatchObject({ code: "RUNTIME_BROKEN", detail: "hash bin/node" });
  // The program that runs has the file open.
  expect(await project.answer()).toBe("one");
}, 300_000);
