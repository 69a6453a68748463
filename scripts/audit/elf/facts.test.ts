import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../../checks/fixtures/fixture.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { inspectAddon } from "../inspect.ts";
import { readElf } from "./facts.ts";
import { compareVersions } from "./versions.ts";

test("versions compare by number", () => {
  expect(["2.4", "2.17", "2.2.5"].toSorted(compareVersions)).toEqual(["2.2.5", "2.4", "2.17"]);
});

test("the facts of a real file: the Node that runs the tests", async () => {
  const node = readElf(await readFile(process.execPath), "node");
  expect(node.bits).toBe(64);
  expect(node.needed).toContain("libc.so.6");
  expect(node.versions["libc.so.6"]).toContain(process.arch === "x64" ? "GLIBC_2.2.5" : "GLIBC_2.17");
  expect(node.glibc).toBe("2.28"); // Node 24's own floor
});

test.each([
  ["text", new TextEncoder().encode("not an addon at all")],
  ["an empty file", new Uint8Array()],
  ["a file that is cut off", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0])],
])("%s is wrong usage", (_name, bytes) => {
  expect(() => readElf(bytes, "x.node")).toThrow(expect.objectContaining({ code: "NOT_ELF", exit: "usage" }));
});

test.each(["libgcc_s.so.1", "libgcc_s-2d945d6c.so.1"])(
  "a file for musl stays one if it links %s, whose versions include GLIBC_2.0",
  async (name) => {
    const folder = temporaryFolder();
    const versions = join(folder, "versions");
    writeFileSync(versions, "GLIBC_2.0 { global: __register_frame; };\n");
    const flags = [`-Wl,--version-script=${versions}`, `-Wl,-soname,${name}`];
    const libgcc = compileShared("void __register_frame(void *at) { (void)at; }", "aarch64-linux-musl", flags, name);
    const libc = compileShared(
      "void *malloc(unsigned long size) { (void)size; return 0; }",
      "aarch64-linux-musl",
      ["-Wl,-soname,libc.so"],
      "c.so",
    );
    const source = addonSource("__register_frame(malloc(1));", "#include <stdlib.h>\nextern void __register_frame(void *);");
    const path = compileShared(source, "aarch64-linux-musl", [libgcc, libc]);
    const { facts, nodeApi } = await inspectAddon({ path, bytes: await readFile(path) }, true);
    expect(facts.versions).toEqual({ [name]: ["GLIBC_2.0"] });
    expect([facts.libc, facts.glibc, nodeApi.unknown]).toEqual(["musl", undefined, []]);
  },
);
