// The files of one package that its loader would take on a place. Pure. Loaders look for a local build first, then for the prebuilt file
// whose name fits best; what names another system is never opened.
import type { AppPackage, NativeFile } from "../tree/package.ts";
import { readClaims, type Claims } from "./claims.ts";
import { choosePrebuild3, NAMES_LIBC, usesVersion3 } from "./prebuildify-3.ts";
import { choosePrebuild } from "./prebuildify.ts";
import type { LoaderView } from "./view.ts";

export type Choice = {
  /** One file for each addon of the package. */
  addons: NativeFile[];
  programs: NativeFile[];
  /** How they were found, for sentences. */
  way: string;
  /** What makes the loader take a better file. */
  hint?: string;
};

/** The loaders that take the first file of build/Release, whatever its name. */
const TAKE_ANY_BUILD = ["node-gyp-build", "node-gyp-build-optional-packages"];
const DEBUG_FIRST = ["bindings", "pkg-prebuilds"];

/** The loaders that know musl by /etc/alpine-release only; node-gyp-build, another one, has files of its own. */
const KNOW_ALPINE_ONLY = ["pkg-prebuilds", "cmake-ts"];

/** Chooses among the files of a package; without a fitting one the lists are empty. */
export function chooseFiles(pkg: AppPackage, place: LoaderView): Choice {
  const knowsAlpineOnly =
    KNOW_ALPINE_ONLY.some((name) => name in pkg.dependencies) || pkg.addons.some(({ inside }) => NAMES_LIBC.test(inside));
  const view = knowsAlpineOnly && !place.isAlpine ? { ...place, libc: "glibc" as const } : place;
  const programs = pkg.programs.filter(({ inside, format }) => format === "elf" && fits(readClaims(inside), view));
  const built = localBuild(pkg, view);
  if (built.length > 0) return { addons: built, programs, way: `its local build, ${folderOf(built[0]!)}` };
  const choose = (isAlpine: boolean) =>
    usesVersion3(pkg)
      ? { all: new Set<NativeFile>(), file: choosePrebuild3(pkg.addons, { ...view, isAlpine }) }
      : choosePrebuild(pkg.addons, { ...view, isAlpine });
  const prebuilt = choose(place.isAlpine);
  if (prebuilt.file) {
    const better = place.libc === "musl" ? choose(true).file : undefined;
    const hint = `start Node with LIBC=musl in its environment: node-gyp-build then takes ${better?.inside}`;
    const isBetter = better !== undefined && better !== prebuilt.file;
    return { addons: [prebuilt.file], programs, way: `node-gyp-build: ${prebuilt.file.inside}`, ...(isBetter ? { hint } : {}) };
  }
  const candidates = pkg.addons
    .filter((file) => isOfLinux(file.format) && !BUILD.test(file.inside) && !prebuilt.all.has(file))
    .map((file) => ({ file, claims: readClaims(file.inside) }))
    .filter(({ claims }) => fits(claims, view));
  const groups = Map.groupBy(candidates, ({ claims }) => claims.rest.join(" "));
  const addons = [...groups.values()].map((group) => group.toSorted((a, b) => compareTags(a.claims, b.claims))[0]!.file);
  return { addons, programs, way: addons.length > 0 ? `the name of ${addons[0]!.inside}` : "" };
}

const BUILD = /^build\/(Release|Debug)\/[^/]+\.node$/;

/** The files of build/Release or build/Debug that do not name another system. */
function localBuild({ addons, dependencies }: AppPackage, view: LoaderView): NativeFile[] {
  const order = DEBUG_FIRST.some((name) => name in dependencies) ? ["Debug", "Release"] : ["Release", "Debug"];
  const [first, second] = order.map((folder) =>
    addons.filter(
      ({ inside, format }) =>
        inside.startsWith(`build/${folder}/`) && BUILD.test(inside) && isOfLinux(format) && fits(readClaims(inside), view),
    ),
  );
  const built = first && first.length > 0 ? first : (second ?? []);
  return TAKE_ANY_BUILD.some((name) => name in dependencies) ? built.slice(0, 1) : built;
}

/** A file of an unknown format may be broken, which its load shows. */
function isOfLinux(format: NativeFile["format"]): boolean {
  return format === "elf" || format === "unknown";
}

function folderOf({ inside }: NativeFile): string {
  return inside.slice(0, inside.lastIndexOf("/"));
}

/** Whether nothing in the claims names another system. */
export function fits({ os, cpu, libc, armv, abi, runtime, isNodeApi }: Claims, view: LoaderView): boolean {
  if (os.size > 0 && !os.has("linux")) return false;
  if (cpu.size > 0 && !cpu.has(view.cpu)) return false;
  if (libc.size > 0 && !libc.has(view.libc)) return false;
  if (armv !== undefined && armv !== view.armv) return false;
  if (runtime !== undefined) return false;
  return abi === undefined || isNodeApi || view.abi === undefined || abi === view.abi;
}

/** A build for one NODE_MODULE_VERSION first, then the one with the most tags. */
function compareTags(one: Claims, other: Claims): number {
  if ((one.abi === undefined) !== (other.abi === undefined)) return one.abi === undefined ? 1 : -1;
  return countTags(other) - countTags(one);
}

function countTags({ libc, armv, abi, isNodeApi }: Claims): number {
  return (libc.size > 0 ? 1 : 0) + (armv === undefined ? 0 : 1) + (abi === undefined ? 0 : 1) + (isNodeApi ? 1 : 0);
}
