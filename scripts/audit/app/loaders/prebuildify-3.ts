// The file that node-gyp-build 3 takes: prebuilds/<platform><libc>-<arch>-v<armv>/node-<abi>.node or node-napi.node. Pure.
// Its rules: https://github.com/prebuild/node-gyp-build/blob/v3.9.0/index.js; a test runs it beside these.
import { minVersion, validRange } from "semver";
import type { AppPackage, NativeFile } from "../tree/package.ts";
import type { LoaderView } from "./view.ts";

/** Its folders that name the libc. Other loaders of such folders are copies of it: they know musl by /etc/alpine-release only, too. */
export const NAMES_LIBC = /^prebuilds\/linux(glibc|musl)-[^/]+\//;

/** Whether a package uses it. */
export function usesVersion3({ dependencies }: AppPackage): boolean {
  const range = validRange(dependencies["node-gyp-build"] ?? "");
  return range !== null && range !== "*" && minVersion(range)?.major === 3;
}

/** The chosen file of `prebuilds`; undefined for none. */
export function choosePrebuild3(addons: NativeFile[], { cpu, isAlpine, armv, abi }: LoaderView): NativeFile | undefined {
  const folders = [`linux-${cpu}`, `linux${isAlpine ? "musl" : "glibc"}-${cpu}`];
  if (armv !== "") folders.push(...folders.map((folder) => `${folder}-v${armv}`));
  // Without a known Node line any of them.
  const names = [new RegExp(`^node-${abi ?? "\\d+"}\\.node$`), /^node-napi\.node$/];
  for (const folder of folders.toReversed())
    for (const name of names) {
      const start = `prebuilds/${folder}/`;
      const file = addons.find(({ inside }) => inside.startsWith(start) && name.test(inside.slice(start.length)));
      if (file) return file;
    }
  return undefined;
}
