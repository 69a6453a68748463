// The packages of an app that have native parts, and for each what is loaded on a place. Pure but for the look at the tree.
import { chooseFiles, fits } from "./loaders/choose.ts";
import { readClaims } from "./loaders/claims.ts";
import type { AppPackage, NativeFile } from "./tree/package.ts";
import { findPackage, type AppTree } from "./tree/read-tree.ts";
import type { LoaderView } from "./loaders/view.ts";

/** A package with native parts. Platform packages, such as @esbuild/linux-arm64, belong to the package that chooses among them. */
export type NativePackage = {
  pkg: AppPackage;
  /** Names of platform packages among its optional dependencies; empty for most packages. */
  platforms: string[];
  /** The installed ones of them. */
  installed: AppPackage[];
  /** Packages that need it; empty for a package of the app itself. */
  dependents: AppPackage[];
  /** Whether every package that needs it works without it. */
  isOptional: boolean;
};

/**
 * `absent`: the platform package is not installed; `unlocked`: the user's lockfile lacks it; `unpublished`: the registry lacks it;
 * `source`: npm compiles it at installation; `download`: its install script downloads a file, or compiles it; `none`: no file is for such
 * a system.
 */
type Missing = { kind: "absent" | "unlocked" | "unpublished"; name: string } | { kind: "source" } | { kind: "download" } | { kind: "none" };

/** What a place loads of a package, or why nothing is loaded. */
export type Loaded = {
  addons: NativeFile[];
  programs: NativeFile[];
  way: string;
  /** What makes the loader take a better file. */
  hint?: string;
  /** Why nothing is loaded; absent if something is. */
  missing?: Missing;
};

/** The lockfile that an app was fetched by. */
export type Lock = {
  /** Whether it has an entry for a package. */
  has: (name: string) => boolean;
  /** Who wrote it: the user's package manager earlier, or this run by the answers of the registry. */
  origin: "user" | "registry";
};

/** Install scripts that download a file. */
const DOWNLOADS = /prebuild-install|node-pre-gyp|install-from-cache|prebuild\.m?js|\bdownload\b|postinstall|install(\.c?m?js)?\b/;
/** Install scripts that compile. */
const COMPILES = /node-gyp(?!-build)|node-gyp-build|cmake-js|cmake-ts|cargo|neon|napi build|make\b/;

/** The native packages of an app, sorted by name. */
export function findNativePackages(tree: AppTree): NativePackage[] {
  const app = tree.packages.get(tree.root);
  const others = [...tree.packages.values()].filter((pkg) => pkg !== app);
  const platformOf = new Set<AppPackage>();
  const found = new Map<AppPackage, NativePackage>();
  const add = (pkg: AppPackage, platforms: string[], installed: AppPackage[]) => {
    found.set(pkg, { pkg, platforms, installed, dependents: [], isOptional: false });
    for (const one of installed) platformOf.add(one);
  };
  const installedOf = (pkg: AppPackage) =>
    platformNames(pkg)
      .flatMap((name) => findPackage(tree, pkg.folder, name) ?? [])
      .filter(hasFiles);
  for (const pkg of others) {
    const [platforms, installed] = [platformNames(pkg), installedOf(pkg)];
    // One that names a single system may be a tool for that system, such as fsevents.
    if (platforms.length > 1 || installed.length > 0) add(pkg, platforms, installed);
  }
  // An app may list platform packages of its dependencies, so that npm installs them.
  const own = app ? installedOf(app).filter((one) => !platformOf.has(one)) : [];
  if (app && own.length > 0) add(app, platformNames(app), own);
  const all = app ? [app, ...others] : others;
  for (const pkg of all) {
    if (platformOf.has(pkg) || found.has(pkg)) continue;
    if (hasFiles(pkg) || pkg.hasBindingGyp || (COMPILES.test(pkg.installScript) && !isBuildTool(pkg.name))) add(pkg, [], []);
  }
  addDependents(tree, found, platformOf);
  return [...found.values()].toSorted((a, b) => (a.pkg.name < b.pkg.name ? -1 : a.pkg.name > b.pkg.name ? 1 : 0));
}

/** What is loaded of a package. */
export function findLoaded({ pkg, platforms, installed }: NativePackage, view: LoaderView, lock?: Lock): Loaded {
  const own = chooseFiles(pkg, view);
  const fitting = installed.filter((one) => fitsPackage(one, view)).map((one) => ({ one, chosen: chooseFiles(one, view) }));
  const addons = [...own.addons, ...fitting.flatMap(({ chosen }) => chosen.addons)];
  const programs = [...own.programs, ...fitting.flatMap(({ chosen }) => chosen.programs)];
  const [first] = fitting;
  const way =
    first && (first.chosen.addons.length > 0 || first.chosen.programs.length > 0) ? `the platform package ${first.one.name}` : own.way;
  if (addons.length > 0 || programs.length > 0) return { addons, programs, way, ...(own.hint === undefined ? {} : { hint: own.hint }) };
  const wanted = platforms.filter((name) => fits(readClaims(afterScope(name)), view));
  return { addons, programs, way: "", missing: findReason(pkg, wanted, lock) };
}

function findReason(pkg: AppPackage, wanted: string[], lock: Lock | undefined): NonNullable<Loaded["missing"]> {
  // The package manager has left out what is in the lockfile: its fields os, cpu and libc name another system.
  const name = wanted.find((one) => !lock?.has(one));
  if (name !== undefined) return { kind: lock === undefined ? "absent" : lock.origin === "user" ? "unlocked" : "unpublished", name };
  if (/prebuild-install|node-pre-gyp/.test(pkg.installScript)) return { kind: "download" };
  if (pkg.hasBindingGyp || COMPILES.test(pkg.installScript)) return { kind: "source" };
  return DOWNLOADS.test(pkg.installScript) ? { kind: "download" } : { kind: "none" };
}

function hasFiles({ addons, programs, libraries }: AppPackage): boolean {
  return addons.length > 0 || programs.length > 0 || libraries.length > 0;
}

/** Whether npm installs the package on a place, and its name names no other system: napi-rs leaves libc out for gnueabihf. */
function fitsPackage(pkg: AppPackage, view: LoaderView): boolean {
  return allowsSystem(pkg, view) && fits(readClaims(afterScope(pkg.name)), view);
}

/** Whether the fields os, cpu and libc of a package.json allow a Linux system: a list of names, or of names that are not allowed. */
export function allowsSystem({ os, cpu, libc }: Pick<AppPackage, "os" | "cpu" | "libc">, view: Pick<LoaderView, "cpu" | "libc">): boolean {
  const allows = (list: string[], value: string) =>
    list.length === 0 ||
    list.includes("any") ||
    (list.some((one) => !one.startsWith("!")) ? list.includes(value) : !list.includes(`!${value}`));
  return allows(os, "linux") && allows(cpu, view.cpu) && allows(libc, view.libc);
}

/** Names of the packages among which a package chooses by system: optional dependencies, or several dependencies. */
function platformNames({ name: parent, dependencies, optionalDependencies }: AppPackage): string[] {
  const among = (list: Record<string, string>) => Object.keys(list).filter((name) => isPlatformName(name, parent));
  const needed = among(dependencies);
  return [...among(optionalDependencies), ...(needed.length > 1 ? needed : [])];
}

/** Whether a name names a system that the name of its parent does not: @img/sharp-linux-arm64 of sharp. */
function isPlatformName(name: string, parent: string): boolean {
  const [claims, own] = [readClaims(name), readClaims(parent)];
  return (claims.os.size > 0 && own.os.size === 0) || (claims.cpu.size > 0 && own.cpu.size === 0);
}

function afterScope(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

/** Tools that compile other packages, and are no addon. */
function isBuildTool(name: string): boolean {
  return /^(node-gyp|node-addon-api|nan|cmake-js|prebuild|prebuildify|neon-cli|@napi-rs\/cli)$/.test(name);
}

function addDependents(tree: AppTree, found: Map<AppPackage, NativePackage>, platformOf: Set<AppPackage>): void {
  const needed = new Set<AppPackage>();
  for (const pkg of tree.packages.values()) {
    if (platformOf.has(pkg)) continue;
    const optional = [...Object.keys(pkg.optionalDependencies), ...pkg.optionalPeers];
    for (const name of new Set([...Object.keys(pkg.dependencies), ...optional])) {
      const one = findPackage(tree, pkg.folder, name);
      const native = one && found.get(one);
      if (!native) continue;
      if (pkg.folder !== tree.root) native.dependents.push(pkg);
      if (!optional.includes(name)) needed.add(native.pkg);
    }
  }
  for (const native of found.values()) native.isOptional = native.dependents.length > 0 && !needed.has(native.pkg);
}
