import { getArchitecture } from "../../model/registry.ts";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findErratum843419 } from "../../audit/decode/a64/erratum.ts";
import { inspectElf } from "../../audit/elf/facts.ts";
import { readLinkMap } from "../../audit/link-map/read-map.ts";
import { cacheRoot } from "../../lib/paths.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { writeWrappers } from "./wrappers.ts";
import { headerFolders, zigCaches, zigWrappers } from "./zig.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { zigPaths } from "../store/zig-paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const target = registry.triples.get("aarch64-unknown-linux-musl") as Triple;
const paths = zigPaths(cacheRoot(process.env), registry);

/** A library that the wrapper of a target links from an assembler source, in a folder with that name; with its map if a build wants one, in `map`. */
async function link(linked: Triple, source: string, { name = "out", map = "", flags = [] as string[] } = {}): Promise<Buffer> {
  const folder = temporaryFolder(`boardkit-${name}`);
  const wrappers = zigWrappers(linked, paths);
  await writeWrappers(wrappers);
  writeFileSync(join(folder, "source.s"), source);
  const cc = join(wrappers.folder, "cc");
  // A user's wrapper of rustc has no part in a link.
  const env = { ...process.env, ...zigCaches(paths), BOARDKIT_MAP: map, RUSTC_WRAPPER: "false" };
  execFileSync(cc, ["-c", "-o", "source.o", "source.s"], { cwd: folder, env });
  const output = join(folder, "out.so");
  execFileSync(cc, ["-shared", "-nostdlib", ...flags, "-o", output, "source.o"], { cwd: folder, env });
  return readFileSync(output);
}

// An adrp in the last two words of a page, a load through another register, and a load through the adrp's register.
const sequence = `.text
.globl run
.type run, %function
.balign 4096
run: .space 4088
adrp x0, value
ldr x1, [x1]
ldr x2, [x0, :lo12:value]
ret
.data
value: .quad 1
`;

const found = (bytes: Buffer) => findErratum843419(inspectElf(bytes, "out.so")).length;

test("the linker flag for erratum 843419 removes its instruction sequence", async () => {
  expect(target.cpu.linkerFlags).toEqual(["--fix-cortex-a53-843419"]);
  expect(found(await link({ ...target, cpu: { ...target.cpu, linkerFlags: [] } }, sequence))).toBe(1);
  expect(found(await link(target, sequence))).toBe(0);
});

test("a path with a space is linked without the extra flags, and a failed link prints its reason", async () => {
  expect(found(await link(target, sequence, { name: "a b" }))).toBe(1);
  await expect(link(target, ".text\n.globl run\nrun: b nowhere_at_all\n.hidden nowhere_at_all\n")).rejects.toThrow(/nowhere_at_all/);
});

test.each([
  ["zig cc links", { ...target, cpu: { ...target.cpu, linkerFlags: [] } }, "out"],
  ["the link is repeated", target, "out"],
  ["the link has a path with a space", target, "a b"],
])("a build that wants a map gets it if %s, and the same file", async (_name, linked, name) => {
  const map = join(temporaryFolder("boardkit maps"), "out.so.map");
  const bytes = await link(linked, sequence, { name, map, flags: ["-s"] });
  const { sections, parts } = readLinkMap(readFileSync(map, "utf8"));
  expect(sections.get(".text")).toBe(inspectElf(bytes, "out.so").facts.sections[".text"]);
  expect(parts).toContainEqual(expect.objectContaining({ section: ".text", object: expect.stringMatching(/source\.o$/) }));
  const other = join(dirname(map), "other.so.map");
  expect(bytes.equals(await link(linked, sequence, { name, map: other, flags: ["-s"] }))).toBe(true);
  expect(existsSync(other)).toBe(false);
});

test.each(["cc", "c++"])("%s refuses the question of the crate cc without compiling a libc for it", async (name) => {
  const wrappers = zigWrappers(registry.triples.get("armv7-unknown-linux-musleabihf") as Triple, paths);
  await writeWrappers(wrappers);
  const cache = temporaryFolder();
  const env = { ...process.env, ...zigCaches({ ...paths, cache }) };
  const { status, stderr } = spawnSync(join(wrappers.folder, name), ["-?"], { encoding: "utf8", env, timeout: 10_000 });
  expect({ status, stderr }).toEqual({ status: 1, stderr: "error: unknown argument: '-?'\n" });
  expect(readdirSync(cache)).toEqual([]);
});

test("bindgen gets zig's header folders, for every target", () => {
  for (const one of registry.triples.values()) {
    const { stderr } = spawnSync(paths.zig, ["cc", "-target", one.zigTarget, "-E", "-v", "-x", "c", "/dev/null"], {
      encoding: "utf8",
      env: { ...process.env, ...zigCaches(paths) },
    });
    const [, printed = ""] = /#include <\.\.\.> search starts here:\n([^]*?)\nEnd of search list/.exec(stderr) ?? [];
    expect(headerFolders(one, getArchitecture(registry, one.arch), paths), one.triple).toEqual(
      printed.split("\n").map((line) => line.trim()),
    );
  }
});
