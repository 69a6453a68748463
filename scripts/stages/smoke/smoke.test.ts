// The runs of a target follow from its manifest. A shell script replaces the emulator: these tests check its arguments.
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../../checks/fixtures/fixture.ts";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import type { AuditedManifest } from "../../model/report/manifest.ts";
import { placeOfTarget } from "../../model/place.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain, selectTriples } from "../../model/registry.ts";
import { provided } from "../../tools/store/store.ts";
import { smokeTarget } from "./smoke.ts";

const { registry } = quietContext();
const target = selectTriples(registry, ["armv7-unknown-linux-gnueabihf"])[0]!;

/** A cache with an emulator that reports one passed test, and the emulator's arguments. */
function cacheWithEmulator(): { cache: string; argv: () => string } {
  const cache = temporaryFolder();
  const emulator = provided(cache, getToolchain(registry, "qemu-user"), target.arch);
  mkdirSync(dirname(emulator), { recursive: true });
  const argv = join(cache, "argv");
  writeFileSync(emulator, `#!/bin/sh\necho "$@" > ${argv}\necho '{"passed":1,"failed":0,"node":"v24.0.0"}' > "$BOARDKIT_RESULT"\n`);
  chmodSync(emulator, 0o755);
  return { cache, argv: () => readFileSync(argv, "utf8") };
}

/** A built target; the run before was in another cache folder. */
function built(changes: Partial<AuditedManifest["target"]> = {}) {
  const addon = compileShared(addonSource(""), "arm-linux-gnueabihf", ["-mcpu=generic+v7a+vfp3-d32-neon"], "thing.node");
  const dist = dirname(addon);
  const smoke = [{ kind: "node", cpu: "cortex-a7", outcome: "passed", passed: 9, key: "of another cache folder" }];
  const place = placeOfTarget(registry, target);
  const of = { project: { name: "thing" }, profile: "standard", builder: { name: "zig" } };
  const manifest = { schema: 3, ...of, target: { ...target, ...changes }, place, artifact: { file: "thing.node" }, audit: {}, smoke };
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest));
  return { manifest: manifest as unknown as AuditedManifest, dist, addon };
}

const project = { folder: "/p", settings: { smokeInputs: [], tests: [] } } as unknown as Project;

test("runs use the tools of this machine's cache folder, also after a build on another machine", async () => {
  const { cache, argv } = cacheWithEmulator();
  const builtTarget = built();
  const result = await smokeTarget(builtTarget, project, {}, { ...quietContext(), cache });
  expect(result.smoke[0]).toMatchObject({ outcome: "passed", passed: 1, runtime: "Node 24.0.0" });
  expect(argv()).toContain(`-cpu ${target.smoke[0]!.cpu} `);
  expect(JSON.parse(readFileSync(join(builtTarget.dist, "manifest.json"), "utf8"))).toMatchObject({ smoke: [{ passed: 1 }] });
});

test("runs come from the manifest: the target's file may have changed since the build", async () => {
  const { cache, argv } = cacheWithEmulator();
  const smoke = [{ ...target.smoke[0]!, cpu: "cortex-a15" }];
  const closed = { ...quietContext(), cache };
  Object.defineProperty((closed.registry = { ...registry }), "triples", {
    get: () => {
      throw new Error("smoke reads targets/triples");
    },
  });
  const result = await smokeTarget(built({ smoke }), project, {}, closed);
  expect(result.smoke).toMatchObject([{ outcome: "passed", cpu: "cortex-a15" }]);
  expect(argv()).toContain("-cpu cortex-a15 ");
});

test("programs of the target get the execute bit, which artifacts of GitHub Actions lose", async () => {
  const { cache } = cacheWithEmulator();
  const builtTarget = built();
  const programs = ["smoke/host", "smoke/tests/thing-lib-thing"].map((name) => join(builtTarget.dist, name));
  for (const program of programs) {
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, "", { mode: 0o644 });
  }
  await smokeTarget(builtTarget, project, {}, { ...quietContext(), cache });
  for (const program of programs) expect(statSync(program).mode & 0o111).toBe(0o111);
});

/** A cache whose emulator lets Node pass three cases, and a runtime end as the shell commands say. */
function cacheWithRuntime(commands: string): string {
  const { cache } = cacheWithEmulator();
  const emulator = provided(cache, getToolchain(registry, "qemu-user"), target.arch);
  const node = 'echo \'{"passed":3,"failed":0,"node":"v22.0.0"}\' > "$BOARDKIT_RESULT"';
  writeFileSync(emulator, `#!/bin/sh\ncase "$*" in *lab-bun*) ${commands};; *) ${node};; esac\n`);
  return cache;
}

/** Runs a target that has a Bun: a file of that name in the store. */
async function smokeInBun(commands: string) {
  const cache = cacheWithRuntime(commands);
  const toolchain = { ...getToolchain(registry, "node-armv7-glibc"), id: "lab-bun", version: "1.4.5", provides: { bun: "bun" } };
  const own = { ...registry, toolchains: new Map([...registry.toolchains, ["lab-bun", toolchain]]) };
  const runtimes = { bun: { toolchain: "lab-bun", cpu: "cortex-a7", sysroot: "sysroot-armv7-glibc" } };
  const context = { ...quietContext(), registry: own, cache };
  const builtTarget = built({ runtimes });
  const { smoke } = await smokeTarget(builtTarget, project, { runtimes: ["bun", "deno"] }, context);
  const again = await smokeTarget(
    { ...builtTarget, manifest: { ...builtTarget.manifest, smoke } },
    project,
    { runtimes: ["bun"] },
    context,
  );
  return { smoke, again: again.smoke };
}

const reportResult = (result: object) => `echo '${JSON.stringify(result)}' > "$BOARDKIT_RESULT"`;

test("a runtime with Node's result has passed; one that the target does not have is skipped with the reason", async () => {
  const { smoke } = await smokeInBun(reportResult({ passed: 3, failed: 0, node: "v24.3.0" }));
  expect(smoke).toMatchObject([
    { kind: "node", outcome: "passed", runtime: "Node 22.0.0" },
    { kind: "bun", outcome: "passed", runtime: "Bun 1.4.5", cpu: "cortex-a7" },
    { kind: "deno", outcome: "skipped", reason: expect.stringMatching(/named no Deno/) },
  ]);
  expect(smoke[1]).not.toHaveProperty("differs");
});

test("a case that fails in a runtime only is a failure that names both, and is kept in the manifest", async () => {
  const failures = [{ file: "cache/ttl.yaml", name: "an entry expires", error: "it did not" }];
  const { smoke } = await smokeInBun(`${reportResult({ passed: 2, failed: 1, failures })}; exit 1`);
  expect(smoke[1]).toMatchObject({
    outcome: "failed",
    differs: ["cache/ttl.yaml: an entry expires"],
    reason: expect.stringMatching(/^Bun 1\.4\.5 differs from Node: fails, and passes in Node 22\.0\.0: cache\/ttl\.yaml: an entry expires/),
  });
});

test("a runtime that runs fewer cases than Node fails, though it exits with 0", async () => {
  const { smoke, again } = await smokeInBun(reportResult({ passed: 2, failed: 0 }));
  expect(smoke[1]).toMatchObject({ outcome: "failed", passed: 2, differs: [], reason: expect.stringContaining("2 passed and 0 failed") });
  expect(again[1]).toMatchObject({ outcome: "failed" });
});

test("a runtime that is killed differs from Node, and the reason has its end", async () => {
  const { smoke } = await smokeInBun('case "$*" in *console.log*) exit 0;; *) kill -SEGV $$;; esac');
  expect(smoke[1]?.reason).toMatch(
    /^Bun 1\.4\.5 differs from Node: no result, and in Node 22\.0\.0 3 passed[^]*ended by SIGSEGV on cortex-a7/,
  );
});
