/** How to detect a feature of a CPU. */
export interface Signs {
  /** An entry of the auxiliary vector, and masks: all bits of any one mask mean the feature. */
  auxv?: { entry: number; masks: number[] };
  /** Lists of words of /proc/cpuinfo: all words of any one list mean the feature. */
  words: string[][];
  /** A Node that was compiled for this version of the 32-bit ARM architecture does not run without the feature. */
  arm?: number;
}

/** One build of the addon. */
export interface Build {
  /** Name of the platform in napi-rs: `linux-arm64-gnu`. */
  platform: string;
  package: string;
  file: string;
  bytes?: number;
  /** As `process.platform`. */
  os: string;
  /** As `process.arch`. */
  cpu: string;
  libc?: "glibc" | "musl";
  /** Oldest glibc that it runs with. */
  glibc?: string;
  /** The lowest CPU, for people. */
  cpuName?: string;
  /** CPU features that its instructions need. */
  features?: Record<string, Signs>;
  /** Bytes of the largest memory page that it supports; absent if no kernel of the architecture has larger ones. */
  pageSize?: number;
  /** Version of Node-API. */
  nodeApi?: number;
  /** The first Node of each line that has this Node-API, for people: `18.17 or 20.3`. */
  lowestNode?: string;
  /** First Node line that is not published for it: from there on package managers leave the package out. */
  nodeBelow?: string;
  /** Why no package manager installs it automatically. */
  byName?: string;
}

/** loader.json. */
export interface Table {
  name: string;
  version: string;
  binary: string;
  /** Environment variable that names the file to load instead. */
  variable: string;
  /** Relative path from the loader's folder to the package's folder. */
  root: string;
  /** Lowest Node that the package's own code runs in. */
  node?: string;
  /** Among builds for one platform, the one with the most requirements comes first. */
  builds: Build[];
}

/** Facts of a machine; unknown facts are undefined. */
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
  /** Words of /proc/cpuinfo for the features that all processors have. */
  cpuWords?: Set<string>;
  cpuName?: string;
  /** Bytes. */
  pageSize?: number;
}

/** The source of the facts. */
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
  /** There is no build for this C library. */
  | "ERR_ADDON_LIBC"
  /** This glibc is too old. */
  | "ERR_ADDON_GLIBC"
  /** This CPU lacks instructions. */
  | "ERR_ADDON_CPU"
  /** The kernel's memory pages are larger than the file's segments allow. */
  | "ERR_ADDON_PAGE_SIZE"
  /** This Node is too old. */
  | "ERR_ADDON_NODE"
  /** The platform's package is not installed. */
  | "ERR_ADDON_NOT_INSTALLED"
  /** The platform's package has another version. */
  | "ERR_ADDON_VERSION"
  /** The file that the environment variable names cannot be loaded. */
  | "ERR_ADDON_PATH"
  /** The file does not have its published size. */
  | "ERR_ADDON_FILE"
  /** The system refused to load the file. */
  | "ERR_ADDON_LOAD"
  /** The file is another addon, or another version of it. */
  | "ERR_ADDON_EXPORTS";

/** The error of {@link load}; the message contains all fields. */
export interface AddonLoadError extends Error {
  code: AddonErrorCode;
  /** Description of this machine. */
  machine: string;
  found: string;
  required: string;
  /** Each file and package that was tried, with its error. */
  tried: string[];
  /** The fix, as a command if possible. */
  fix: string;
}

/** Options of a load; each has a default. */
export interface LoadOptions {
  table?: Table;
  system?: System;
  /** Folder of the loader. */
  folder?: string;
  /** Loads a module of Node, as `require` in the loader does. */
  require?: { (id: string): unknown; resolve(id: string): string };
  exists?: (path: string) => boolean;
  /** Bytes of a file; undefined if it does not exist. */
  size?: (path: string) => number | undefined;
  /** Value of the environment variable that names the file to load. */
  override?: string | undefined;
}

/** The facts of a machine, each read on demand. */
export function readHost(system: System): Host;

/** The builds that fit a machine, best first, and why the other builds for its operating system and architecture do not fit. */
export function decide(host: Host, table: Table): { builds: Build[]; refusals: Refusal[] };

/**
 * Loads the addon of this machine.
 *
 * @param names required exports
 * @throws {AddonLoadError}
 */
export function load(names?: readonly string[], options?: LoadOptions): Record<string, unknown>;
