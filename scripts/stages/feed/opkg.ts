// The part of a feed for OpenWrt's opkg, up to 24.10. Pure: packages in, files out.
import { gzipSync } from "fflate";
import type { FeedPackage } from "./package-files.ts";
import { signatureText, type UsignKey } from "./usign.ts";

/** The files of one architecture: opkg reads Packages.gz, and verifies the unpacked text. */
export function opkgFiles(packages: FeedPackage[], key: UsignKey): Record<string, Uint8Array | string> {
  const text = packages.map(stanzaOf).join("\n");
  return {
    Packages: text,
    "Packages.gz": gzipSync(Buffer.from(text), { level: 9, mtime: 0 }),
    "Packages.sig": signatureText(Buffer.from(text), key),
  };
}

function stanzaOf({ control, path, bytes, sha256 }: FeedPackage): string {
  return `${control}Filename: ${path.split("/").at(-1)}\nSize: ${bytes}\nSHA256sum: ${sha256}\n`;
}
