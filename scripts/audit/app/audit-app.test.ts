// Whole apps with addons that zig compiles: the verdicts, and what is kept in the cache.
import { cpSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../../checks/fixtures/fixture.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { placesOf } from "../../model/place.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { getArchitecture } from "../../model/registry.ts";
import { auditApp } from "./audit-app.ts";

const registry = loadRegistry();
const ARM64 = "aarch64-linux-gnu.2.17";
const LSE = `#include <stdint.h>
uint64_t add(uint64_t *p) { uint64_t r; __asm__ volatile("ldadd %1, %0, [%1]" : "=r"(r) : "r"(p)); return r; }`;

/** Makes the package `a` optional. */
const OPTIONAL = {
  "node_modules/b/package.json": { name: "b", version: "1.0.0", optionalDependencies: { a: "1" } },
  "package.json": { name: "app", dependencies: { b: "1" } },
};

type Content = string | Record<string, unknown>;

function app(files: Record<string, Content>): string {
  const root = realpathSync(temporaryFolder());
  for (const [path, content] of Object.entries<Content>({ "package.json": { name: "app" }, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (typeof content === "string") writeFileSync(join(root, path), content);
    else if (typeof content["copy"] === "string") cpSync(content["copy"], join(root, path));
    else writeFileSync(join(root, path), JSON.stringify(content));
  }
  return root;
}

const audit = (root: string, boards: string[], cache?: string, onFile?: (done: number, of: number) => void) =>
  auditApp(
    root,
    boards.flatMap((board) => placesOf(registry, { board })),
    {
      jobs: 2,
      signal: new AbortController().signal,
      ...(onFile ? { onFile } : {}),
      ...(cache === undefined ? {} : { cache: { folder: cache, revision: "test" } }),
      featureNames: (_arch, feature) => feature,
      npmCpu: (arch) => getArchitecture(registry, arch).node,
    },
  );

test("only files that a place loads are judged, each with the libraries that it brings", async () => {
  const library = compileShared("int far_away(void) { return 1; }", ARM64, ["-Wl,-soname,libown.so.1"], "libown.so.1");
  const source = addonSource("far_away();", "extern int far_away(void);");
  const addon = compileShared(source, ARM64, ["-Wl,-rpath,$ORIGIN/../lib", library]);
  const root = app({
    "node_modules/a/package.json": { name: "a", version: "1.2.3" },
    "node_modules/a/prebuilds/linux-arm64/a.node": { copy: addon },
    "node_modules/a/prebuilds/linux-x64/a.node": "not ELF",
    "node_modules/a/prebuilds/lib/libown.so.1": { copy: library },
  });
  const seen: [done: number, of: number][] = [];
  const report = await audit(root, ["pi-4"], undefined, (...file) => seen.push(file));
  expect(seen).toEqual([
    [1, 2],
    [2, 2],
  ]);
  const files = ["node_modules/a/prebuilds/linux-arm64/a.node", "node_modules/a/prebuilds/lib/libown.so.1"];
  expect(report).toMatchObject({ app: root, neverLoaded: 1, unreadable: [] });
  expect(report.packages).toMatchObject([
    { name: "a", version: "1.2.3", optional: false, places: [{ place: "pi-4", verdict: "runs", files }] },
  ]);
});

test("without its library the same addon fails", async () => {
  const library = compileShared("int far_away(void) { return 1; }", ARM64, ["-Wl,-soname,libown.so.1"], "libown.so.1");
  const addon = compileShared(addonSource("far_away();", "extern int far_away(void);"), ARM64, [library]);
  const root = app({ "node_modules/a/package.json": { name: "a" }, "node_modules/a/a.node": { copy: addon } });
  const [found] = (await audit(root, ["pi-4"])).packages;
  expect(found?.places[0]?.verdict).not.toBe("runs");
  expect(found?.places[0]?.problems.map(({ text }) => text).join()).toContain("libown.so.1");
});

test("a crash is an error where the CPU misses the instruction, of an optional package too", async () => {
  const addon = compileShared(addonSource("", LSE), ARM64, ["-mcpu=generic+lse"]);
  const files = { "node_modules/a/package.json": { name: "a", version: "1.0.0" }, "node_modules/a/a.node": { copy: addon } };
  const needed = (await audit(app(files), ["pi-4", "pi-5"])).packages[0]!;
  expect(needed.places.map(({ place, verdict }) => `${place} ${verdict}`)).toEqual(["pi-4 fails", "pi-5 runs"]);
  expect(needed.places[0]!.problems).toMatchObject([{ severity: "error", rule: "cpu/missing-feature", file: "node_modules/a/a.node" }]);
  const [one] = (await audit(app({ ...files, ...OPTIONAL }), ["pi-4"])).packages;
  expect(one).toMatchObject({ optional: true, dependents: ["b"], places: [{ verdict: "fails" }] });
});

test("an optional package that does not load is a warning: the packages that need it work without it", async () => {
  const addon = compileShared(addonSource(""), "aarch64-linux-gnu.2.17", ["-Wl,-z,max-page-size=4096"]);
  const files = { "node_modules/a/package.json": { name: "a", version: "1.0.0" }, "node_modules/a/a.node": { copy: addon } };
  const verdictOf = async (more: Record<string, Content>) =>
    (await audit(app({ ...files, ...more }), ["pi-5"])).packages[0]!.places[0]!.verdict;
  expect([await verdictOf({}), await verdictOf(OPTIONAL)]).toEqual(["fails", "warning"]);
});

test("an optional package that loads and dies in a call is an error: nothing catches a crash", async () => {
  // The loader of musl leaves a function that it does not know unresolved, unless the file asks for all at load.
  const source = addonSource("backtrace(0, 0);", "#include <execinfo.h>");
  const verdictOf = async (bind: string) => {
    const addon = compileShared(source, "aarch64-linux-gnu.2.17", [`-Wl,-z,${bind}`]);
    const files = { "node_modules/a/package.json": { name: "a", version: "1.0.0" }, "node_modules/a/a.node": { copy: addon } };
    return (await audit(app({ ...files, ...OPTIONAL }), ["openwrt-filogic"])).packages[0]!.places[0]!;
  };
  const lazy = await verdictOf("lazy");
  expect(lazy).toMatchObject({
    verdict: "fails",
    problems: [{ crashes: true, text: expect.stringMatching(/SIGSEGV when it calls backtrace/) }],
  });
  expect(await verdictOf("now")).toMatchObject({ verdict: "warning" });
});

test("results are kept by the hash of the bytes", async () => {
  const addon = compileShared(addonSource(""), ARM64);
  const cache = temporaryFolder();
  const files = { "node_modules/a/package.json": { name: "a" }, "node_modules/a/a.node": { copy: addon } };
  const first = await audit(app(files), ["pi-4"], cache);
  const kept = readdirSync(cache).filter((name) => name.endsWith(".json"));
  expect(kept).toHaveLength(1);
  // A record that says something else shows that it is read.
  writeFileSync(join(cache, kept[0]!), JSON.stringify({ subjects: [], notElf: "it is a test" }));
  const again = await audit(app(files), ["pi-4"], cache);
  expect(first.packages[0]!.places[0]!.verdict).toBe("runs");
  expect(again.packages[0]!.places[0]!.problems).toMatchObject([{ rule: "file/not-elf", text: "does not load: it is a test" }]);
  // A record that was cut off is made again.
  writeFileSync(join(cache, kept[0]!), '{"subj');
  expect((await audit(app(files), ["pi-4"], cache)).packages[0]!.places[0]!.verdict).toBe("runs");
});
