import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../../../checks/fixtures/fixture.ts";
import { quietContext } from "../../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../../checks/fixtures/temporary-folder.ts";
import type { Place } from "../../../audit/place.ts";
import { placeOfTarget } from "../../../model/place.ts";
import type { MachineFacts } from "../../../model/probe/facts.ts";
import type { Connected } from "../board/connect.ts";
import { listTree, readEntry } from "../release/tree.ts";
import { auditRuntime } from "./audit.ts";
import type { SentRuntime } from "./make.ts";

const { registry } = quietContext();
const GNU = "x86_64-linux-gnu.2.34";

/** A runtime with these files. */
async function runtimeOf(files: Record<string, string>, more: Partial<SentRuntime> = {}): Promise<SentRuntime> {
  const folder = temporaryFolder();
  for (const [path, from] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    copyFileSync(from, join(folder, path));
  }
  const entries = await Promise.all((await listTree(folder, "")).map((path) => readEntry(folder, path)));
  const packed = { file: "", bytes: 0 };
  return {
    kind: "node",
    name: "Node 1.2.3",
    id: "0123456789abcdef",
    folder,
    manifest: "",
    entries,
    bytes: 0,
    packed,
    program: "bin/node",
    ...more,
  };
}

/** A machine whose shell is this one's. */
function machine(facts: Partial<MachineFacts> = {}): Connected {
  const shell = async (script: string) => ({ output: execFileSync("sh", ["-c", script], { encoding: "utf8" }).trim(), answer: undefined });
  const report = { machine: { mounts: [], ...facts } };
  return { board: { name: "kitchen", folder: "/opt/boardkit/kitchen", shell }, report } as unknown as Connected;
}

function place(triple: string, more: Partial<Place>): Place {
  const { glibcFloor: _floor, ...found } = placeOfTarget(registry, registry.triples.get(triple)!);
  return { ...found, ...more };
}

const gnu = (libcVersion: string) => place("x86_64-unknown-linux-gnu", { libcVersion });
const refusal = async (connected: Connected, runtime: SentRuntime, where: Place) => {
  const error = await auditRuntime(connected, runtime, where).then(
    () => undefined,
    (one: unknown) => one as { code: string; details: { tail: string; fix: string } },
  );
  return error && { code: error.code, tail: error.details.tail, fix: error.details.fix };
};

test("the C library of the machine", async () => {
  // pthread_create is in libc.so.6 since 2.34.
  const source = addonSource("pthread_create(0, 0, 0, 0);", "#include <pthread.h>");
  const runtime = await runtimeOf({ "bin/node": compileShared(source, GNU) });
  expect(await refusal(machine(), runtime, gnu("2.36"))).toBeUndefined();
  expect(await refusal(machine(), runtime, gnu("2.31"))).toMatchObject({
    code: "RUNTIME_UNFIT",
    tail: expect.stringMatching(/^bin\/node: it needs GLIBC_2\.34 .*has glibc 2\.31$/),
  });
  expect((await refusal(machine(), runtime, place("aarch64-unknown-linux-gnu", { libcVersion: "2.36" })))?.tail).toMatch(/x86_64/);
  const musl = place("x86_64-unknown-linux-musl", {});
  expect((await refusal(machine(), runtime, musl))?.tail).toMatch(/linked for glibc/);
});

test("a version of musl that its symbols do not show", async () => {
  const runtime = await runtimeOf({ "bin/node": compileShared(addonSource(""), "x86_64-linux-musl") }, { libcFrom: "1.2.4" });
  const musl = place("x86_64-unknown-linux-musl", {});
  const libc = (version: string) => ({ libc: { name: "musl" as const, version } });
  expect(await refusal(machine(libc("1.2.4")), runtime, musl)).toBeUndefined();
  expect((await refusal(machine(libc("1.2.3")), runtime, musl))?.tail).toBe("it needs musl 1.2.4, and the machine has 1.2.3");
});

test("libraries: the runtime's own, the machine's, and those that it lacks, with their package", async () => {
  const stub = (soname: string) => compileShared("int stub(void) { return 1; }", GNU, [`-Wl,-soname,${soname}`], `${soname}.so`);
  const using = (library: string) => compileShared(addonSource("stub();", "extern int stub(void);"), GNU, [library]);
  const own = stub("libown-1a2b.so.1");
  expect(await refusal(machine(), await runtimeOf({ "bin/node": using(own), "lib/libown-1a2b.so.1": own }), gnu("2.36"))).toBeUndefined();
  const lacking = await runtimeOf({ "bin/node": using(stub("libatomic.so.9")) });
  expect((await refusal(machine(), lacking, gnu("2.36")))?.tail).toBe("it needs libatomic.so.9, which is not there");
  const system = { id: "x", name: "X", install: "x add", present: {}, packages: { "libatomic.so.9": "libatomic9" }, complete: true };
  expect((await refusal(machine(), lacking, { ...gnu("2.36"), system }))?.fix).toMatch(/^x add libatomic9\n/);
});

test("a folder where no program may run", async () => {
  const mount = (path: string, flags: string[]) => ({ path, exists: true, mount: path, type: "ext4", flags });
  const runtime = await runtimeOf({ "bin/node": compileShared(addonSource(""), "x86_64-linux-gnu.2.17") });
  const mounts = [mount("/", ["rw"]), mount("/opt", ["rw", "noexec"]), mount("/tmp", ["noexec"])];
  expect((await refusal(machine({ mounts }), runtime, gnu("2.36")))?.tail).toBe(
    "/opt/boardkit/kitchen is on /opt, where no program may run (noexec)",
  );
  expect(await refusal(machine({ mounts: [mount("/", ["rw"]), mount("/tmp", ["noexec"])] }), runtime, gnu("2.36"))).toBeUndefined();
});
