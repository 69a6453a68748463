// Nothing of a wheel is written outside of its folder, and only native files are written at all.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { unpackWheel } from "./unpack.ts";

const ELF = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);

function wheel(files: Record<string, Uint8Array>): string {
  const path = join(temporaryFolder(), "a-1-cp311-cp311-linux_aarch64.whl");
  writeFileSync(path, zipSync(files));
  return path;
}

test("modules, programs, libraries, and the page of issues", async () => {
  const root = temporaryFolder();
  const path = wheel({
    "a/x.cpython-311-aarch64-linux-gnu.so": ELF,
    "a/readme": strToU8("no program"),
    "a/x.py": strToU8("print()"),
    "a.libs/liba-1.so.5": ELF,
    "a-1.data/scripts/tool": ELF,
    "a-1.data/platlib/b.abi3.so": ELF,
    "a-1.dist-info/METADATA": strToU8("Name: a\nProject-URL: Bug Tracker, https://example.com/issues\n\nText"),
  });
  const found = await unpackWheel(path, root);
  expect(found.modules.map(({ inside }) => inside)).toEqual(["a/x.cpython-311-aarch64-linux-gnu.so", "b.abi3.so"]);
  expect(found.programs.map(({ inside }) => inside)).toEqual(["scripts/tool"]);
  expect(found.libraries.map(({ inside }) => inside)).toEqual(["a.libs/liba-1.so.5"]);
  expect(found.bugs).toBe("https://example.com/issues");
  expect(existsSync(join(root, "a/readme"))).toBe(false);
  expect(existsSync(join(root, "a/x.py"))).toBe(false);
});

test.each([
  "../evil.so",
  "a/../../evil.so",
  "/tmp/evil.so",
  "a\\..\\..\\evil.so",
  "C:/evil.so",
  "a.data/purelib/../../evil.so",
  "../evil.py",
])("%s is an error, and nothing is written", async (name) => {
  const root = join(temporaryFolder(), "root");
  await expect(unpackWheel(wheel({ "a.so": ELF, [name]: ELF }), root)).rejects.toMatchObject({ code: "BAD_ARCHIVE", exit: "usage" });
  expect(readdirSync(dirname(root))).toEqual([]);
});

test("a file in the place of a folder is an error", async () => {
  const path = wheel({ "a.so": ELF, "a.so/b.so": ELF });
  await expect(unpackWheel(path, temporaryFolder())).rejects.toMatchObject({ code: "BAD_ARCHIVE" });
});

test("a zip whose header understates the size does not unpack to more", async () => {
  const path = join(temporaryFolder(), "a-1-py3-none-any.whl");
  const zip = zipSync({ "a.so": new Uint8Array(50_000_000) });
  // The sizes in the directory at the end of the archive, which readers use.
  const view = new DataView(zip.buffer, zip.byteOffset);
  const directory = zip.findLastIndex((_, at) => at + 4 <= zip.length && view.getUint32(at, true) === 0x02014b50);
  view.setUint32(directory + 24, 10, true);
  writeFileSync(path, zip);
  const root = temporaryFolder();
  await unpackWheel(path, root).catch((error: unknown) => expect(error).toMatchObject({ code: "BAD_ARCHIVE" }));
  expect(readdirSync(root)).toEqual([]);
});

test("a declared size above the limit is an error before anything is unpacked", async () => {
  const path = join(temporaryFolder(), "a-1-py3-none-any.whl");
  const zip = zipSync({ "a.so": new Uint8Array(10) });
  const view = new DataView(zip.buffer, zip.byteOffset);
  const directory = zip.findLastIndex((_, at) => at + 4 <= zip.length && view.getUint32(at, true) === 0x02014b50);
  view.setUint32(directory + 24, 4_000_000_000, true);
  writeFileSync(path, zip);
  await expect(unpackWheel(path, temporaryFolder())).rejects.toThrow(/unpacks to more than 1000 MB/);
});
