/** How to tell that a CPU has a feature; any one of several is enough. */
export interface Signs {
  /** An entry of the auxiliary vector and masks, of which one has all its bits there. */
  auxv?: { entry: number; masks: number[] };
  /** Lists of words, of which one is there as a whole in /proc/cpuinfo. */
  words: string[][];
  /** A Node that was compiled for this version of the 32-bit ARM architecture does not run without the feature. */
  arm?: number;
}

/** One addon that there is. */
export interface Build {
  /** napi-rs' name: `linux-arm64-gnu`. */
  platform: string;
  package: string;
  file: string;
  bytes?: number;
  /** As `process.platform`. */
  os: string;
  /** As `process.arch`. */
  cpu: string;
  libc?: "glibc" | "musl";
  /** Oldest glibc that has all it needs. */
  glibc?: string;
  /** The lowest CPU, for people. */
  cpuName?: string;
  /** What its instructions need of the CPU. */
  features?: Record<string, Signs>;
  /** Bytes of the largest memory page that it can be mapped with, where there are kernels with larger ones. */
  pageSize?: number;
  /** Version of Node-API. */
  nodeApi?: number;
  /** The first Node of each line that has this Node-API, for people: `18.17 or 20.3`. */
  lowestNode?: string;
  /** Line from which on no Node is published for it, so that package managers leave the package out. */
  nodeBelow?: string;
  /** Why no package manager installs it by itself. */
  byName?: string;
}

/** loader.json. */
export interface Table {
  name: string;
  version: string;
  binary: string;
  /** Environment variable that names the file to load instead. */
  variable: string;
  /** From the loader's folder to that of the package. */
  root: string;
  /** Lowest Node that the package's own code runs in. */
  node?: string;
  /** Of builds for one platform the one that asks for most comes first. */
  builds: Build[];
}

/** Facts of a machine; what cannot be told is undefined. */
export interface Host {
  platform: string;
  arch: string;
  /** `Node 22.1.0`, `Bun 1.2.0 (as Node 22.6.0)`. */
  runtime: string;
  node: string;
  nodeApi?: number;
  /** Version of the 32-bit ARM architecture that this Node was compiled for. */
  nodeArm?: number;
  libc?: "glibc" | "musl";
  /** Version of glibc. */
  glibc?: string;
  /** Auxiliary vector: the low 32 bits of each entry. */
  auxv?: Map<number, number>;
  /** What all processors have, in the kernel's words. */
  cpuWords?: Set<string>;
  cpuName?: string;
  /** Bytes. */
  pageSize?: number;
}

/** What the facts are read from. */
export interface System {
  process: object;
  /** A file's bytes; undefined if it cannot be read. */
  read: (file: string) => Buffer | undefined;
}

/** Why a build cannot be loaded here. */
export interface Refusal {
  code: AddonErrorCode;
  found: string;
  required: string;
  build: Build;
}

export type AddonErrorCode =
  /** There is no build for this operating system and architecture. */
  | "ERR_ADDON_PLATFORM"
  /** There is none for this C library. */
  | "ERR_ADDON_LIBC"
  /** This glibc is too old. */
  | "ERR_ADDON_GLIBC"
  /** This CPU lacks instructions. */
  | "ERR_ADDON_CPU"
  /** The kernel's memory pages are larger than the file's segments allow. */
  | "ERR_ADDON_PAGE_SIZE"
  /** This Node is too old. */
  | "ERR_ADDON_NODE"
  /** The platform's package is not there. */
  | "ERR_ADDON_NOT_INSTALLED"
  /** The platform's package is of another version. */
  | "ERR_ADDON_VERSION"
  /** The file that the environment variable names cannot be loaded. */
  | "ERR_ADDON_PATH"
  /** The file has not the size that was packed. */
  | "ERR_ADDON_FILE"
  /** The system refused to load the file. */
  | "ERR_ADDON_LOAD"
  /** The file is another addon, or one of another version. */
  | "ERR_ADDON_EXPORTS";

/** What {@link load} throws; the message tells all of it in words. */
export interface AddonLoadError extends Error {
  code: AddonErrorCode;
  /** What this machine is. */
  machine: string;
  found: string;
  required: string;
  /** Each file and package that was looked for, with what came of it. */
  tried: string[];
  /** What to do, a command where there is one. */
  fix: string;
}

/** What a load depends on; each has a default. */
export interface LoadOptions {
  table?: Table;
  system?: System;
  /** Folder of the loader. */
  folder?: string;
  /** Loads a module of Node, as `require` in the loader does. */
  require?: { (id: string): unknown; resolve(id: string): string };
  exists?: (path: string) => boolean;
  /** Bytes of a file; undefined if it is not there. */
  size?: (path: string) => number | undefined;
  /** Value of the environment variable that overrides. */
  override?: string | undefined;
}

/** The facts of a machine, each read when it is asked for. */
export function readHost(system: System): Host;

/** The builds that fit a machine, best first, and why the others for its operating system and architecture do not. */
export function decide(host: Host, table: Table): { builds: Build[]; refusals: Refusal[] };

/**
 * Loads the addon of this machine.
 *
 * @param names what it has to export
 * @throws {AddonLoadError}
 */
export function load(names?: readonly string[], options?: LoadOptions): Record<string, unknown>;
