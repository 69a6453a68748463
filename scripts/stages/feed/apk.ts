// The part of a feed for apk: an index of version 2, which OpenWrt's apk-tools 3 reads too. Its own format, ADB, has no writer but apk.
import { sign, type KeyObject } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "fflate";
import { tarOf, type TarEntry } from "../../lib/archive/tar.ts";
import type { FeedPackage } from "./package-files.ts";

export const APK_INDEX = "APKINDEX.tar.gz";

/** Keys of .PKGINFO, and what the index calls them: https://wiki.alpinelinux.org/wiki/Apk_spec */
const FIELDS = {
  size: "I",
  pkgdesc: "T",
  url: "U",
  license: "L",
  origin: "o",
  maintainer: "m",
  builddate: "t",
  commit: "c",
  provider_priority: "k",
  depend: "D",
  provides: "p",
  install_if: "i",
};

/** Bytes of zeros at the end of a tar. */
const END = 1024;

/** The signed index of one architecture. `keyFile` is the name of the public key in /etc/apk/keys. */
export async function apkIndex(packages: FeedPackage[], name: string, key: KeyObject, keyFile: string): Promise<Uint8Array> {
  const text = packages.map((one) => `${recordOf(one)}\n`).join("");
  const index = pack(await tarBytes({ DESCRIPTION: Buffer.from(name), APKINDEX: Buffer.from(text) }));
  const signature = await tarBytes({ [`.SIGN.RSA256.${keyFile}`]: sign("sha256", index, key) });
  // The parts are one tar for apk, so that only the last has an end.
  return Buffer.concat([pack(signature.subarray(0, -END)), index]);
}

function recordOf({ name, version, architecture, bytes, control, identity }: FeedPackage): string {
  const values = Map.groupBy(control.matchAll(/^(\w+) = (.*)$/gm), ([, key]) => key);
  const fields = Object.entries(FIELDS).flatMap(([key, letter]) => {
    const found = values.get(key)?.map(([, , value]) => value) ?? [];
    return found.length > 0 ? [`${letter}:${found.join(" ")}`] : [];
  });
  return [`C:Q1${identity}`, `P:${name}`, `V:${version}`, `A:${architecture}`, `S:${bytes}`, ...fields, ""].join("\n");
}

function tarBytes(files: Record<string, Uint8Array>): Promise<Buffer> {
  const entries = Object.entries(files).map(([path, bytes]): TarEntry => ({ path, mode: 0o644, bytes }));
  return buffer(tarOf(entries));
}

function pack(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 9, mtime: 0 });
}
