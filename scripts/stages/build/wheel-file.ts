// Makes the bytes of a wheel depend on its source alone: maturin's SBOM has a random number, the time, and paths of this machine. The files
// are compressed again by fflate, since the output of other compressors depends on the CPU.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { unzipSync, zipSync, type Zippable } from "fflate";

/** What is in a wheel, in its order. */
type Files = Record<string, Uint8Array>;

const SBOM = /\.dist-info\/sboms\/[^/]+\.json$/;
/** The earliest time of a zip, as maturin sets it. */
const TIME = new Date(1980, 0, 1);

/** Rewrites the wheels in a folder; paths in their SBOMs become relative to `folder`, that of the Python package. */
export async function settleWheels(out: string, folder: string): Promise<void> {
  for (const name of existsSync(out) ? await readdir(out) : []) {
    if (!name.endsWith(".whl")) continue;
    const path = join(out, name);
    await writeFile(path, settleWheel(await readFile(path), folder));
  }
}

/** The bytes of a wheel that do not depend on time and place. */
export function settleWheel(bytes: Uint8Array, folder: string): Uint8Array {
  const files: Files = unzipSync(bytes);
  const changed = Object.keys(files).filter((name) => SBOM.test(name));
  for (const name of changed) files[name] = settleSbom(files[name]!, folder);
  const record = Object.keys(files).find((name) => name.endsWith(".dist-info/RECORD"));
  if (record !== undefined) files[record] = updateRecord(files[record]!, files, changed);
  // Regular files that everyone may read; installers make scripts executable.
  const attributes = { os: 3, attrs: (0o100644 << 16) >>> 0 };
  const entries = Object.entries(files).map(([name, data]): [string, Zippable[string]] => [name, [data, attributes]]);
  return zipSync(Object.fromEntries(entries), { level: 9, mtime: TIME });
}

function settleSbom(bytes: Uint8Array, folder: string): Uint8Array {
  const { serialNumber: _random, ...bom } = JSON.parse(Buffer.from(bytes).toString()) as {
    serialNumber?: string;
    metadata?: { timestamp?: string };
  };
  delete bom.metadata?.timestamp;
  const text = JSON.stringify(bom, null, 2).replaceAll(
    /path\+file:\/\/(\/[^"#]*)/g,
    (_all, path: string) => `path+file:${relative(folder, path) || "."}`,
  );
  return Buffer.from(`${text}\n`);
}

/** The lines of RECORD, with new hashes and sizes of files that have changed. */
function updateRecord(record: Uint8Array, files: Files, changed: string[]): Uint8Array {
  const lines = Buffer.from(record).toString().split("\n");
  const updated = lines.map((line) => {
    const name = changed.find((one) => line.startsWith(`${one},`));
    if (name === undefined) return line;
    const data = files[name]!;
    return `${name},sha256=${createHash("sha256").update(data).digest("base64url")},${data.length}`;
  });
  return Buffer.from(updated.join("\n"));
}
