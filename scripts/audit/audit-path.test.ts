// Packed files are audited too, and threads do not change the audits.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { createTar } from "nanotar";
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../checks/fixtures/fixture.ts";
import type { Audit } from "./report.ts";
import { auditAll } from "./audit-all.ts";
import { listInputs } from "./audit-inputs.ts";
import { auditPath } from "./audit-path.ts";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { placeOfBoard } from "../model/place.ts";
import { loadRegistry } from "../model/read-registry.ts";

const registry = loadRegistry();
const places = ["pi-2", "pi-4"].map((id) => placeOfBoard(registry, registry.boards.get(id) as never));
const pi4 = (path: string) => compileShared(addonSource(""), "aarch64-linux-gnu.2.17", [], path);
const pi2 = (path: string) => compileShared(addonSource(""), "arm-linux-gnueabihf.2.17", [], path);

/** A file with others inside, as a wrapper. */
function wrapper(outer: string, ...inside: Uint8Array[]): { path: string; offset: number } {
  const file = join(temporaryFolder(), "wrapper.node");
  const bytes = readFileSync(outer);
  writeFileSync(file, Buffer.concat([bytes, Buffer.from("SWCNZSTD"), ...inside]));
  return { path: file, offset: bytes.length + 8 };
}

/** An addon that stays above a kilobyte when it is compressed, as real ones do. */
const large = () => Buffer.concat([readFileSync(pi2("b.node")), randomBytes(20_000)]);

test.each([
  ["zstd", zstdCompressSync],
  ["gzip", gzipSync],
])("a file that is packed in another by %s is audited separately, and the wrapper has a note", async (format, compress) => {
  const { path, offset } = wrapper(pi4("a.node"), compress(large()));
  const packed = `${path}!/packed at 0x${offset.toString(16)}`;
  const audits = await Array.fromAsync(auditPath(path, places));
  const ofFile = ({ findings }: Audit["places"][number]) =>
    findings.filter(({ rule }) => rule.startsWith("file/")).map(({ rule, severity }) => [rule, severity]);
  const other = ["file/architecture", "error"];
  expect(audits.map((audit) => [audit.path, ...audit.places.map(ofFile)])).toEqual([
    [path, [other], [["file/packed", "note"]]],
    [packed, [], [other]],
  ]);
  expect(audits[0]?.places[1]?.findings[0]?.message).toBe(`it unpacks another file at run time (${format}), which is audited as ${packed}`);
});

test("a packed file that cannot be unpacked is a warning", async () => {
  const { path } = wrapper(pi4("a.node"), gzipSync(large()).subarray(0, 12_000));
  const audits = await Array.fromAsync(auditPath(path, places));
  expect(audits.map((audit) => audit.places[1]?.findings)).toEqual([
    [
      expect.objectContaining({
        rule: "file/packed",
        severity: "warning",
        message: expect.stringMatching(/could not be audited: unexpected end/),
      }),
    ],
  ]);
});

test("many files in threads have the same audits as one by one, in the same order", async () => {
  const folder = temporaryFolder();
  const good = readFileSync(pi4("good.node"));
  for (const [index, source] of [pi4("a"), pi2("b"), pi4("c"), pi2("d")].entries())
    writeFileSync(join(folder, `${index}.node`), readFileSync(source));
  writeFileSync(join(folder, "4.node"), "no ELF file");
  const archive = join(temporaryFolder(), "x.tgz");
  writeFileSync(archive, gzipSync(createTar(["a.node", "b.so", "c.txt"].map((name) => ({ name, data: good })))));
  const files = await listInputs([folder, archive], ".");
  expect(files.length).toBe(6);
  const alone = await Array.fromAsync(auditAll(files, places, { jobs: 1, signal: new AbortController().signal }));
  const threaded = await Array.fromAsync(auditAll(files, places, { jobs: 3, signal: new AbortController().signal }));
  expect(alone.map(({ path }) => path.split("/").at(-1))).toEqual(["0.node", "1.node", "2.node", "3.node", "4.node", "a.node", "b.so"]);
  expect(threaded).toEqual(alone);
});

test("relative paths are in the given folder, and files have their size in memory", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.node"), Buffer.alloc(1000));
  writeFileSync(join(folder, "a.tgz"), Buffer.alloc(1000));
  expect(await listInputs(["a.node", "a.tgz", "."], folder)).toEqual([
    { path: join(folder, "a.node"), bytes: 1000 },
    { path: join(folder, "a.tgz"), bytes: 4000 },
    { path: join(folder, "a.node"), bytes: 1000 },
  ]);
  await expect(listInputs(["b.node"], folder)).rejects.toThrow(expect.objectContaining({ code: "NO_INPUT", exit: "usage" }));
});
