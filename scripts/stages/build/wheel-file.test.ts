import { createHash } from "node:crypto";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { settleWheel } from "./wheel-file.ts";

const SBOM = "thing-1.0.dist-info/sboms/thing.cyclonedx.json";
const RECORD = "thing-1.0.dist-info/RECORD";

/** A wheel as maturin builds it in a folder, at some time. */
function wheelOf(folder: string, serialNumber: string, mtime: Date): Uint8Array {
  const bom = {
    bomFormat: "CycloneDX",
    serialNumber,
    metadata: { timestamp: mtime.toISOString(), component: { "bom-ref": `path+file://${folder}/python#thing@1.0` } },
    components: [{ "bom-ref": `path+file://${folder}/crates/other#0.1.0` }, { "bom-ref": "registry+https://github.com/x#y@1.0" }],
  };
  const record = `thing/__init__.py,sha256=abc,1\n${SBOM},sha256=old,1\n${RECORD},,\n`;
  const texts = { "thing/__init__.py": "x", [SBOM]: JSON.stringify(bom), [RECORD]: record };
  return zipSync(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, strToU8(text)])), { mtime });
}

test("a wheel has the same bytes in another folder, at another time; its RECORD has the new hash", () => {
  const first = settleWheel(wheelOf("/home/me/project", "urn:uuid:1", new Date(2026, 1, 2)), "/home/me/project/python");
  const second = settleWheel(wheelOf("/builds/7", "urn:uuid:2", new Date(2027, 3, 4)), "/builds/7/python");
  expect(Buffer.from(second).equals(Buffer.from(first))).toBe(true);
  const files = unzipSync(first);
  expect(Object.keys(files)).toEqual(["thing/__init__.py", SBOM, RECORD]);
  const sbom = files[SBOM]!;
  expect(JSON.parse(strFromU8(sbom))).toEqual({
    bomFormat: "CycloneDX",
    metadata: { component: { "bom-ref": "path+file:.#thing@1.0" } },
    components: [{ "bom-ref": "path+file:../crates/other#0.1.0" }, { "bom-ref": "registry+https://github.com/x#y@1.0" }],
  });
  const hash = createHash("sha256").update(sbom).digest("base64url");
  expect(strFromU8(files[RECORD]!)).toBe(`thing/__init__.py,sha256=abc,1\n${SBOM},sha256=${hash},${sbom.length}\n${RECORD},,\n`);
});

test("a wheel without an SBOM keeps its files", () => {
  const bytes = zipSync({ "thing/__init__.py": strToU8("x"), [RECORD]: strToU8("thing/__init__.py,sha256=abc,1\n") });
  const files = unzipSync(settleWheel(bytes, "/project"));
  expect(Object.entries(files).map(([name, data]) => [name, strFromU8(data)])).toEqual([
    ["thing/__init__.py", "x"],
    [RECORD, "thing/__init__.py,sha256=abc,1\n"],
  ]);
});
