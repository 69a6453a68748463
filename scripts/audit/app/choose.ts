// The files of one package that its loader would take on a place. Pure. Loaders look for a local build first, then for the prebuilt file
// whose name fits best; what names another system is never opened.
import type { AppPackage, NativeFile } from "./package.ts";
import { readClaims, type Claims } from "./claims.ts";

/** The answers of Node on a place to a loader. */
export type LoaderView = {
  /** process.arch. */
  cpu: string;
  libc: "glibc" | "musl";
  /** process.config.variables.arm_version on 32-bit ARM; 8 on arm64; empty elsewhere. */
  armv: string;
  /** NODE_MODULE_VERSION, if the Node line is known. */
  abi?: string;
};

export type Choice = {
  /** One file for each addon of the package. */
  addons: NativeFile[];
  programs: NativeFile[];
  /** How they were found, for sentences. */
  way: string;
};

/** The loaders that take the first file of build/Release, whatever its name. */
const TAKE_ANY_BUILD = ["node-gyp-build", "node-gyp-build-optional-packages"];
const DEBUG_FIRST = ["bindings", "pkg-prebuilds"];

/** Chooses among the files of a package; without a fitting one the lists are empty. */
export function chooseFiles(pkg: AppPackage, view: LoaderView): Choice {
  const programs = pkg.programs.filter(({ inside }) => fits(readClaims(inside), view));
  const built = localBuild(pkg, view);
  if (built.length > 0) return { addons: built, programs, way: `its local build, ${folderOf(built[0]!)}` };
  const candidates = pkg.addons
    .filter(({ inside }) => !BUILD.test(inside))
    .map((file) => ({ file, claims: readClaims(file.inside) }))
    .filter(({ claims }) => fits(claims, view));
  const groups = Map.groupBy(candidates, ({ claims }) => claims.rest.join(" "));
  const addons = [...groups.values()].map((group) => group.toSorted((a, b) => compareTags(a.claims, b.claims))[0]!.file);
  return { addons, programs, way: addons.length > 0 ? `the name of ${addons[0]!.inside}` : "" };
}

const BUILD = /^build\/(Release|Debug)\/[^/]+\.node$/;

function localBuild({ addons, dependencies }: AppPackage, view: LoaderView): NativeFile[] {
  const order = DEBUG_FIRST.some((name) => name in dependencies) ? ["Debug", "Release"] : ["Release", "Debug"];
  // oracledb publishes builds for several systems there, with their names.
  const builds = addons.filter(({ inside }) => BUILD.test(inside) && fits(readClaims(inside), view));
  const [first, second] = order.map((folder) => builds.filter(({ inside }) => inside.startsWith(`build/${folder}/`)));
  const built = first && first.length > 0 ? first : (second ?? []);
  return TAKE_ANY_BUILD.some((name) => name in dependencies) ? built.slice(0, 1) : built;
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

/** The order of node-gyp-build: a build for one NODE_MODULE_VERSION first, then the one with the most tags. */
function compareTags(one: Claims, other: Claims): number {
  if ((one.abi === undefined) !== (other.abi === undefined)) return one.abi === undefined ? 1 : -1;
  return countTags(other) - countTags(one);
}

function countTags({ libc, armv, abi, isNodeApi }: Claims): number {
  return (libc.size > 0 ? 1 : 0) + (armv === undefined ? 0 : 1) + (abi === undefined ? 0 : 1) + (isNodeApi ? 1 : 0);
}
