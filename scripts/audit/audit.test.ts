// Each structural rule reports its bad twin and does not report its good twin. zig compiles both.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readElf } from "./elf/facts.ts";
import { parseElf, PT } from "./elf/file.ts";
import type { Finding } from "./report.ts";
import { selectBoard, selectTriples } from "../model/registry.ts";
import { addonSource, compileShared } from "../checks/fixtures/fixture.ts";
import { auditFile } from "./audit.ts";
import { placeOfBoard, placeOfTarget } from "../model/place.ts";
import { loadRegistry } from "../model/read-registry.ts";

const registry = loadRegistry();
const board = (id: string) => placeOfBoard(registry, selectBoard(registry, id));
const GNU64 = "aarch64-linux-gnu.2.17";
const GOOD = addonSource("");
// If the file uses another symbol of libc too, the linker requires the version of the weak one, as with Rust's std.
const PIDFD =
  "extern int getpid(void), pidfd_getpid(int) __attribute__((weak)); int f(void) { return pidfd_getpid ? pidfd_getpid(0) : getpid(); }";

async function findings(path: string, place = board("pi-4"), bytes = readFileSync(path)): Promise<Finding[]> {
  return (await auditFile({ path, bytes }, [place])).places[0]?.findings ?? [];
}
const ids = (found: Finding[]) => found.map((one) => one.rule);

test("a good addon has no finding on its board", async () => {
  expect(await findings(compileShared(GOOD, GNU64))).toEqual([]);
});

type Twins = { source?: string; target?: string; flags?: string[]; goodFlags?: string[]; message: RegExp; place?: string };
const bad: Record<string, Twins> = {
  "file/architecture": { target: "x86_64-linux-gnu.2.17", message: /it is x86_64, 64 bits; pi-4 is aarch64/ },
  "file/float-abi": { target: "arm-linux-gnueabi.2.17", message: /floats in integer registers/, place: "pi-2" },
  "libc/family": {
    target: "aarch64-linux-musl",
    source: addonSource("", "#include <stdlib.h>\nvoid *f(void) { return malloc(1); }"),
    message: /musl, and pi-4 has glibc/,
  },
  "libc/version": {
    target: "aarch64-linux-gnu.2.39",
    source: addonSource("", PIDFD),
    message: /GLIBC_2.39 for pidfd_getpid; weak, but .*; pi-4 has glibc 2.36/,
  },
  "link/unknown-symbol": {
    source: addonSource("", "extern int no_such_thing(void); int f(void) { return no_such_thing() + getpid(); }").replace(
      "#define",
      "#include <unistd.h>\n#define",
    ),
    message: /nothing provides no_such_thing/,
  },
  "link/search-path": { flags: ["-Wl,-rpath,/home/build/lib"], message: /\/home\/build\/lib/ },
  "load/page-size": { flags: ["-Wl,-z,max-page-size=4096"], message: /aligned to 4096 bytes, and pi-5 has pages of 16384/, place: "pi-5" },
  "load/static-tls": {
    flags: ["-ftls-model=initial-exec"],
    source: addonSource("", "_Thread_local int t; int f(void) { return t++; }"),
    message: /initial-exec/,
  },
  "load/text-relocations": { flags: ["-Wl,-z,notext"], source: ".globl f\n.text\nf: .quad f\n", message: /must change its code/ },
  "load/no-relro": { flags: ["-Wl,-z,norelro"], message: /no RELRO/ },
  "node/no-entry": { source: "int f(void) { return 1; }", message: /no entry/ },
  "node/one-line-only": { source: "int node_register_module_v115(void) { return 1; }", message: /NODE_MODULE_VERSION 115/ },
  "cpu/unaligned-access": {
    target: "arm-linux-gnueabihf.2.17",
    goodFlags: ["-mstrict-align"],
    message: /allow unaligned access: pi-2 supports it/,
    place: "pi-2",
  },
  "size/debug": { flags: ["-g"], message: /debug information/ },
};

describe.each(Object.entries(bad))("%s", (rule, { source = GOOD, target = GNU64, flags = [], goodFlags = [], message, place = "pi-4" }) => {
  test("reports the bad twin", async () => {
    const found = (await findings(compileShared(source, target, flags), board(place))).filter((one) => one.rule === rule);
    expect(found.map((one) => one.message).join("\n")).toMatch(message);
  });
  test("does not report the good twin", async () => {
    const good = { "pi-2": "arm-linux-gnueabihf.2.17" }[place] ?? GNU64;
    expect(ids(await findings(compileShared(GOOD, good, goodFlags), board(place)))).not.toContain(rule);
  });
});

test("a version above a target's floor, although boards have it", async () => {
  const path = compileShared(addonSource("", PIDFD), "aarch64-linux-gnu.2.39");
  const [target] = selectTriples(registry, ["aarch64-unknown-linux-gnu"]);
  if (!target) throw new Error("no target");
  expect(ids(await findings(path, placeOfTarget(registry, target)))).toContain("libc/floor");
});

test.each([
  ["text", Buffer.from("not an addon"), /does not begin with/],
  ["an empty file", Buffer.alloc(0), /not a complete ELF file/],
  ["a Windows file", Buffer.from("4d5a90000300000004000000ffff0000", "hex"), /it is a Windows file/],
  ["a macOS file", Buffer.from("cffaedfe0c00000100000000060000000f000000", "hex"), /it is a macOS file/],
])("%s is a finding, not a crash", async (_name, bytes, message) => {
  const found = await findings("x.node", board("pi-4"), bytes);
  expect(found.map((one) => [one.rule, one.message])).toEqual([["file/not-elf", expect.stringMatching(message)]]);
});

test("another library than the C library", async () => {
  const library = compileShared("int g(void) { return 1; }", GNU64, ["-Wl,-soname,libextra.so.1"], "libextra.so");
  const path = compileShared(addonSource("", "extern int g(void); int f(void) { return g(); }"), GNU64, [library]);
  expect((await findings(path)).map((one) => [one.rule, one.message])).toEqual([
    ["link/library", "it needs libextra.so.1; no package of 64-bit Raspberry Pi OS bookworm has it"],
  ]);
});

test("an executable stack: requested, or not forbidden", async () => {
  const bytes = readFileSync(compileShared(GOOD, GNU64));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headers = Array.from({ length: view.getUint16(56, true) }, (_, index) => 64 + index * 56);
  const stack = headers.find((at) => view.getUint32(at, true) === PT.gnuStack) ?? 0;
  const audit = async () => ids(await findings("x.node", board("pi-4"), bytes));
  expect(await audit()).toEqual([]);
  view.setUint32(stack + 4, 7, true);
  expect(await audit()).toEqual(["load/executable-stack"]);
  view.setUint32(stack, 0, true);
  expect(await audit()).toEqual(["load/executable-stack"]);
});

test("a file that is cut off at any length before the end of its segments", async () => {
  const complete = readFileSync(compileShared(GOOD, GNU64));
  const ends = parseElf(complete, "x")
    .segments.filter((segment) => segment.type === PT.load)
    .map((segment) => segment.offset + segment.fileSize);
  const end = Math.max(...ends);
  for (let length = 0; length < end; length += 13) {
    const found = await findings("x.node", board("pi-4"), complete.subarray(0, length));
    expect(ids(found), `${length} of ${complete.length} bytes`).toContain("file/not-elf");
  }
});

test("a file without section headers has the same facts", async () => {
  const complete = readFileSync(compileShared(GOOD, GNU64));
  const headless = Buffer.from(complete);
  headless.fill(0, 40, 48);
  const facts = (bytes: Buffer) => readElf(bytes, "x");
  expect(parseElf(headless, "x").sections).toEqual([]);
  expect(facts(headless)).toEqual({ ...facts(complete), sections: {} });
});

test("a file above the project's budget", async () => {
  const path = compileShared(GOOD, GNU64);
  const { length } = readFileSync(path);
  const withBudget = async (sizeBudget: number) => ids(await findings(path, { ...board("pi-4"), sizeBudget }));
  expect(await withBudget(length)).toEqual([]);
  expect(await withBudget(length - 1)).toEqual(["size/budget"]);
});

test("an error that the project allows is a warning", async () => {
  const path = compileShared(GOOD, GNU64, ["-Wl,-z,max-page-size=4096"]);
  const place = { ...board("pi-5"), allowed: ["load/page-size" as const] };
  expect((await findings(path, board("pi-5"))).map((one) => [one.rule, one.severity])).toEqual([["load/page-size", "error"]]);
  expect((await findings(path, place)).map((one) => [one.rule, one.severity])).toEqual([["load/page-size", "warning"]]);
});
