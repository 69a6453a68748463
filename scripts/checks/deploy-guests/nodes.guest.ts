// Every Node that a deploy may send starts at the lowest CPU of its target, without the parts that are not sent.
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { plainEnvironment, QEMU_USER, userEmulator } from "../../emulate/user.ts";
import { selectRuntime } from "../../model/deploy/runtime.ts";
import { getToolchain } from "../../model/registry.ts";
import { makeRuntime } from "../../stages/deploy/runtime/make.ts";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { runOrFail } from "../../tools/exec.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { skipFor } from "../fixtures/skip-for.ts";

const { registry, cache, signal } = context;
const sent = [...registry.triples.values()].flatMap((target) =>
  "why" in target.nodes
    ? []
    : target.nodes.map(({ toolchain }) => ({ target, node: getToolchain(registry, toolchain), triple: target.triple })),
);

let obstacle: string | undefined;
beforeAll(async () => {
  obstacle = await fetchOptional(QEMU_USER, context);
}, 600_000);
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

test("there are some", () => expect(sent.length).toBeGreaterThan(4));

test.each(sent)("$triple, $node.id $node.version", async ({ target, node }) => {
  const choice = selectRuntime(`node@${node.version}`, target, registry)!;
  const runtime = await makeRuntime(choice, target, context);
  const run = target.smoke.find((one) => one.kind === "node" && one.standsIn === undefined)!;
  expect(await fetchOptional(run.sysroot, context)).toBeUndefined();
  const emulator = userEmulator(registry, cache, { arch: target.arch, cpu: run.cpu, sysroot: run.sysroot, node: node.id });
  const script = "process.version + ' ' + process.arch + require('node:zlib').gunzipSync(require('node:zlib').gzipSync(' whole'))";
  const { stdout } = await runOrFail(
    { argv: [...emulator, join(runtime.folder, runtime.program), "-p", script], env: plainEnvironment, signal },
    "RUNTIME_FAILED",
  );
  expect(stdout).toBe(`v${node.version} ${target.npm.cpu} whole\n`);
  process.stderr.write(`${runtime.name} for ${target.triple}: ${runtime.bytes} bytes on the board, ${runtime.packed.bytes} sent\n`);
});
