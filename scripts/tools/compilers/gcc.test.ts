// gcc for a target: its flags, and the stubs of an old glibc for linking.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inspectElf } from "../../audit/elf/facts.ts";
import { readLinkMap } from "../../audit/link-map/read-map.ts";
import { cacheRoot } from "../../lib/paths.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { gccWrappers, linkedIn, makeGlibcStubs, type Gcc } from "./gcc.ts";
import { writeWrappers } from "./wrappers.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { zigPaths } from "../store/zig-paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const aarch64 = registry.triples.get("aarch64-unknown-linux-gnu") as Triple;
const armv7 = registry.triples.get("armv7-unknown-linux-gnueabihf") as Triple;
const textOf = (target: Triple, paths = {}) => gccWrappers(target, target.gcc as Gcc, { cache: "/cache", stubs: "/stubs", ...paths }).texts;

test("the lowest CPU and the workarounds for its errata reach gcc and its linker", () => {
  expect(textOf(aarch64).cc).toContain('exec "aarch64-linux-gnu-gcc" -march=armv8-a -L"/stubs"');
  expect(textOf(aarch64).cc).toContain("-Wl,--fix-cortex-a53-843419");
  expect(textOf(armv7).cc).toContain("-march=armv7-a -mfpu=vfpv3-d16 -mfloat-abi=hard");
  expect(textOf(armv7).cc).not.toContain("843419");
});

test("only a gcc of the store runs with its own libraries", () => {
  const texts = textOf(armv7, { unpacked: { bin: "/store/usr/bin", libraries: "/store/usr/lib/x86_64-linux-gnu" } });
  for (const [name, program] of [
    ["cc", "gcc"],
    ["c++", "g++"],
    ["ar", "ar"],
  ] as const)
    expect(texts[name]).toContain(`LD_LIBRARY_PATH="/store/usr/lib/x86_64-linux-gnu" exec "/store/usr/bin/arm-linux-gnueabihf-${program}"`);
  expect(textOf(armv7).cc).not.toContain("LD_LIBRARY_PATH");
});

test("a build that wants a map gets it, for its library only", async () => {
  const folder = temporaryFolder("boardkit maps");
  const gcc: Gcc = { prefix: "gcc", flags: [] };
  // A gcc of that name, which calls that of this machine.
  const bin = temporaryFolder();
  writeFileSync(join(bin, "gcc-gcc"), '#!/bin/sh\nexec cc "$@"\n', { mode: 0o755 });
  const wrappers = gccWrappers({ ...armv7, cpu: { ...armv7.cpu, linkerFlags: [] } }, gcc, { cache: folder, stubs: join(folder, "none") });
  await writeWrappers(wrappers);
  writeFileSync(join(folder, "a.c"), "int f(void) { return 1; }\nint main(void) { return f(); }\n");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, BOARDKIT_MAP: join(folder, "out.so.map") };
  for (const flags of [
    ["-c", "-o", "a.o"],
    ["-o", "program"],
    ["-shared", "-fPIC", "-o", "other.so"],
    ["-shared", "-fPIC", "-o", join(folder, "out.so")],
  ])
    execFileSync(join(wrappers.folder, "cc"), [...flags, "a.c"], { cwd: folder, env });
  expect(readdirSync(folder).filter((name) => name.endsWith(".map"))).toEqual(["out.so.map"]);
  const { sections } = readLinkMap(readFileSync(join(folder, "out.so.map"), "utf8"));
  expect(sections.get(".text")).toBe(inspectElf(readFileSync(join(folder, "out.so")), "out.so").facts.sections[".text"]);
});

test("glibc's stubs are found in zig's linker command; another format is an error", () => {
  const line = "ld.lld -shared -o x.so zc/o/1/libm.so.6 zc/o/1/libc.so.6 zc/o/2/libc_nonshared.a zc/o/3/libcompiler_rt.a";
  expect(linkedIn(`ld.lld -o zc/o/1/libm.so.6\n${line}\n`)).toEqual(["zc/o/1/libm.so.6", "zc/o/1/libc.so.6", "zc/o/2/libc_nonshared.a"]);
  expect(() => linkedIn("link everything")).toThrow(expect.objectContaining({ code: "GLIBC_STUBS" }));
});

test("the stubs have no symbol version above the floor", async () => {
  const folder = temporaryFolder();
  const stubs = join(folder, "glibc");
  await makeGlibcStubs(zigPaths(cacheRoot(process.env), registry).zig, armv7, stubs, new AbortController().signal);
  const text = readFileSync(join(stubs, "libc.so.6"), "latin1");
  const versions = [...text.matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  expect(Math.max(...versions)).toBe(17);
  expect(inspectElf(readFileSync(join(stubs, "libm.so")), "libm.so").facts).toMatchObject({ arch: "arm", bits: 32 });
  for (const name of ["libc.so", "libc_nonshared.a", "libpthread.so", "libdl.so"]) expect(existsSync(join(stubs, name))).toBe(true);
});
