// The file that node-gyp-build takes from the folder `prebuilds` of prebuildify: prebuilds/<platform>-<arch>/<tags>.node. Pure.
// Its rules: https://github.com/prebuild/node-gyp-build/blob/master/node-gyp-build.js; a test runs it beside these.
import type { NativeFile } from "../tree/package.ts";
import type { LoaderView } from "./view.ts";

type Tuple = { folder: string; architectures: string[] };
type Tags = { runtime?: string; napi?: boolean; abi?: string; armv?: string; libc?: string; uv?: string; specificity: number };

/** Values of process.platform. Loaders that are no node-gyp-build have other names in `prebuilds`, such as linuxglibc-arm64. */
const PLATFORMS = new Set(["aix", "android", "darwin", "freebsd", "linux", "openbsd", "sunos", "win32"]);

/** The chosen file, and all files in folders that are named so. */
export function choosePrebuild(addons: NativeFile[], view: LoaderView): { all: Set<NativeFile>; file?: NativeFile } {
  const parts = addons.flatMap((file) => {
    const [prebuilds, folder, name, ...deeper] = file.inside.split("/");
    const tuple = prebuilds === "prebuilds" && name !== undefined && deeper.length === 0 ? parseTuple(folder!) : undefined;
    return tuple ? [{ file, tuple, tags: parseTags(name!) }] : [];
  });
  const fitting = parts.filter(({ tuple }) => tuple.architectures.includes(view.cpu) && tuple.folder.startsWith("linux-"));
  // The folder with the fewest architectures, then one file of it.
  const fewest = Math.min(...fitting.map(({ tuple }) => tuple.architectures.length));
  const first = fitting.find(({ tuple }) => tuple.architectures.length === fewest)?.tuple.folder;
  const [winner] = fitting
    .filter(({ tuple, tags }) => tuple.folder === first && matches(tags, view))
    .toSorted((one, other) => compare(one.tags, other.tags));
  return { all: new Set(parts.map(({ file }) => file)), ...(winner ? { file: winner.file } : {}) };
}

function parseTuple(folder: string): Tuple | undefined {
  const words = folder.split("-");
  const architectures = words[1]?.split("+") ?? [];
  return words.length === 2 && PLATFORMS.has(words[0]!) && architectures.length > 0 && architectures.every((one) => one !== "")
    ? { folder, architectures }
    : undefined;
}

function parseTags(name: string): Tags {
  const tags: Tags = { specificity: 0 };
  for (const word of name.split(".").slice(0, -1)) {
    if (word === "node" || word === "electron" || word === "node-webkit") tags.runtime = word;
    else if (word === "napi") tags.napi = true;
    else if (word.startsWith("abi")) tags.abi = word.slice(3);
    else if (word.startsWith("uv")) tags.uv = word.slice(2);
    else if (word.startsWith("armv")) tags.armv = word.slice(4);
    else if (word === "glibc" || word === "musl") tags.libc = word;
    else continue;
    tags.specificity += 1;
  }
  return tags;
}

function matches({ runtime, napi, abi, uv, armv, libc }: Tags, view: LoaderView): boolean {
  if (runtime !== undefined && runtime !== "node") return false;
  if (abi !== undefined && view.abi !== undefined && abi !== view.abi && !napi) return false;
  // Every Node that is in use has libuv 1.
  if (uv !== undefined && uv !== "1") return false;
  if (armv !== undefined && armv !== view.armv) return false;
  return libc === undefined || libc === view.assumedLibc;
}

/** Files for the runtime first, then those for one NODE_MODULE_VERSION, then those with the most tags. */
function compare(one: Tags, other: Tags): number {
  if (one.runtime !== other.runtime) return one.runtime === "node" ? -1 : 1;
  if (one.abi !== other.abi) return one.abi === undefined ? 1 : -1;
  return other.specificity - one.specificity;
}
