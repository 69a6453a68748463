// SHA-256 of values and files, to detect changes; npm's integrity of a package.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** The hash of a JSON value; the order of its keys counts. */
export function hashValue(value: unknown): string {
  return hashBytes(JSON.stringify(value));
}

/** The hash of bytes or of a text's UTF-8, in hexadecimal. */
export function hashBytes(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-512 of bytes as npm writes it: https://www.w3.org/TR/SRI/ */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
}

/** The hash of a file's bytes, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** The length of a file in bytes, and its hash. */
export async function sizeAndHash(path: string): Promise<{ bytes: number; sha256: string }> {
  return { bytes: (await stat(path)).size, sha256: await hashFile(path) };
}

/** One hash over many files: their names and bytes, in the order given. */
export async function hashFiles(paths: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(await readFile(path))
      .update("\0");
  return hash.digest("hex");
}
