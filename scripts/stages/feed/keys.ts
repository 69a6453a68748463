// The keys of feeds: a folder with one secret for each kind of feed, outside of the feed and of dist/.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { PrivateKey } from "openpgp";
import { BoardkitError } from "../../lib/errors.ts";
import { canonicalPath } from "../../lib/paths.ts";
import { newOpenpgpSecret, readOpenpgpSecret } from "./openpgp.ts";
import { newSecretText, readSecret, type UsignKey } from "./usign.ts";

export type FeedKeys = { apt: PrivateKey; opkg: UsignKey; apk: KeyObject };

/** Names of the secrets in the folder. */
const FILES = { apt: "apt.asc", opkg: "opkg.sec", apk: "apk.pem" };

/** Refuses a folder of keys inside of others: a web server gives away whatever is in a feed, and a release what is in dist/. */
export function requireOutside(keys: string, published: string[]): void {
  for (const other of published) {
    const path = relative(canonicalPath(other), canonicalPath(keys));
    if (path === ".." || path.startsWith("../")) continue;
    throw new BoardkitError("the secret keys would be in a folder that is published", {
      code: "KEYS_PUBLIC",
      exit: "usage",
      place: keys,
      fix: `name a folder outside of ${other}; if others may have read the keys, make new ones`,
    });
  }
}

/** Makes the keys of a feed; the folder must have none yet. Returns the paths of the files, which only their owner reads. */
export async function makeKeys(folder: string, name: string): Promise<string[]> {
  const paths = Object.values(FILES).map((file) => join(folder, file));
  const existing = paths.filter((path) => existsSync(path));
  if (existing.length > 0)
    throw new BoardkitError(`there are keys already: ${existing.join(", ")}`, {
      code: "KEYS_EXIST",
      exit: "usage",
      place: folder,
      fix: "keep them: machines trust a feed by its keys; for other keys name another folder",
    });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 4096 });
  const texts = [await newOpenpgpSecret(name), newSecretText(), privateKey.export({ type: "pkcs8", format: "pem" })];
  for (const [index, path] of paths.entries()) await writeFile(path, texts[index] ?? "", { mode: 0o600, flag: "wx" });
  return paths;
}

/** Reads the keys of a folder. */
export async function readKeys(folder: string): Promise<FeedKeys> {
  return {
    apt: await readOne(folder, FILES.apt, readOpenpgpSecret),
    opkg: await readOne(folder, FILES.opkg, readSecret),
    apk: await readOne(folder, FILES.apk, readRsa),
  };
}

/** Reads the key that signs the checksums of a release: that of opkg, whose form signify and usign read. */
export function readSumsKey(folder: string): Promise<UsignKey> {
  return readOne(folder, FILES.opkg, readSecret);
}

/** The public key of apk, as a device has it. */
export function apkPublic(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}

function readRsa(text: string): KeyObject {
  const key = createPrivateKey(text);
  if (key.asymmetricKeyType === "rsa") return key;
  throw new TypeError(`it is a key for ${key.asymmetricKeyType}, but an index of version 2 needs RSA`);
}

async function readOne<T>(folder: string, file: string, parse: (text: string) => T | Promise<T>): Promise<T> {
  const path = join(folder, file);
  try {
    return await parse(await readFile(path, "utf8"));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new BoardkitError(isMissing ? `there is no key ${file}` : `${file} is not usable: ${(error as Error).message}`, {
      code: "NO_KEY",
      exit: "usage",
      place: path,
      fix: `make keys once, and keep them: boardkit feed-keys ${folder}`,
      cause: error,
    });
  }
}
