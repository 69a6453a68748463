// The checksums of a release: their signature, and files beside them.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashFile } from "../../lib/hash.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import { SUMS, SUMS_SIGNATURE } from "../../model/names.ts";
import type { SumsReport, SumsResult } from "../../model/report/sums-report.ts";
import { readSumsKey } from "../feed/keys.ts";
import { publicText, readPublic, signatureText, type UsignPublic, verifySignature } from "../feed/usign.ts";

/** The text of SHA256SUMS, as sha256sum reads it. */
export function sumsText(files: { file: string; sha256: string }[]): string {
  return files.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join("");
}

/** Signs the checksums in a folder with a key of `boardkit feed-keys`; returns the path of the signature and the text of the public key. */
export async function signSums(folder: string, keys: string): Promise<{ signature: string; key: string }> {
  const sums = join(folder, SUMS);
  if (!existsSync(sums))
    throw new BoardkitError(`there is no ${SUMS}`, { code: "NO_SUMS", exit: "usage", place: folder, fix: "run: boardkit package" });
  const key = await readSumsKey(keys);
  const signature = join(folder, SUMS_SIGNATURE);
  await writeWhole(signature, signatureText(await readFile(sums), key));
  return { signature, key: publicText(key) };
}

/** Checks files by the checksums beside them, whose signature must be by the key; SHA256SUMS itself stands for all files that it lists. */
export async function checkSums(paths: string[], keyFile: string): Promise<SumsReport> {
  const key = await readKeyFile(keyFile);
  const report: SumsReport = { schema: 1, key: key.id.toString("hex"), files: [], absent: [] };
  for (const path of paths) {
    const folder = dirname(path);
    const sums = await readSigned(folder, key);
    if (basename(path) !== SUMS) {
      if (!existsSync(path))
        throw new BoardkitError("there is no such file", { code: "NO_FILE", exit: "usage", place: path, fix: "correct the path" });
      report.files.push(await checkOne(path, sums));
      continue;
    }
    for (const name of sums.keys()) {
      if (existsSync(join(folder, name))) report.files.push(await checkOne(join(folder, name), sums));
      else report.absent.push(name);
    }
  }
  return report;
}

async function checkOne(path: string, sums: Map<string, string>): Promise<SumsResult> {
  const sha256 = await hashFile(path);
  const expected = sums.get(basename(path));
  if (sha256 === expected) return { path, sha256 };
  const refused = expected
    ? { code: "OTHER_FILE", reason: `${SUMS} has the hash ${expected}` }
    : { code: "NOT_LISTED", reason: `${SUMS} does not list it` };
  return { path, sha256, refused };
}

async function readKeyFile(path: string): Promise<UsignPublic> {
  try {
    return readPublic(await readFile(path, "utf8"));
  } catch (error) {
    throw new BoardkitError(`the public key cannot be read: ${(error as Error).message}`, {
      code: "BAD_KEY",
      exit: "usage",
      place: path,
      fix: "name the file with the key that the maintainer publishes; it begins with `untrusted comment:`",
      cause: error,
    });
  }
}

/** The checksums in a folder by file name, after their signature is verified. */
async function readSigned(folder: string, key: UsignPublic): Promise<Map<string, string>> {
  const [place, signed] = [join(folder, SUMS), join(folder, SUMS_SIGNATURE)];
  for (const path of [place, signed]) {
    if (existsSync(path)) continue;
    const fix = `download ${SUMS} and ${SUMS_SIGNATURE} of the same release into that folder`;
    throw new BoardkitError(`there is no ${basename(path)}`, { code: "UNSIGNED", exit: "usage", place: folder, fix });
  }
  const bytes = await readFile(place);
  const verdict = verdictOf(bytes, await readFile(signed, "utf8"), key);
  if (verdict !== "good")
    throw new BoardkitError(`the signature of ${SUMS} is ${verdict}`, {
      code: verdict === "of another key" ? "OTHER_KEY" : "SIGNATURE_WRONG",
      place: signed,
      fix: "download both files again, and the key from the maintainer; if they still do not fit, do not use the files",
    });
  const lines = bytes.toString().split("\n").filter(Boolean);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function verdictOf(bytes: Uint8Array, text: string, key: UsignPublic): string {
  try {
    return verifySignature(bytes, text, key);
  } catch (error) {
    return `none: ${(error as Error).message}`;
  }
}
