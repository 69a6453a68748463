// A package of an installed app, with its native files.

import type { FileFormat } from "../../elf/format.ts";

/** A file of a package that a loader or the kernel may run. */
export type NativeFile = {
  /** Absolute. */
  path: string;
  /** From the folder of the package, with `/`. */
  inside: string;
  bytes: number;
  /** By its first bytes: no Linux system loads a file of macOS or Windows. */
  format: FileFormat;
};

/** The fields of package.json that the audit reads. */
export type PackageFields = {
  name: string;
  version: string;
  os: string[];
  cpu: string[];
  libc: string[];
  /** Names of dependencies that an installation must have, with their ranges. */
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  /** Peers that may be absent. */
  optionalPeers: string[];
  /** Its scripts that npm runs at installation, joined. */
  installScript: string;
  /** Paths of its programs, from its folder. */
  bin: string[];
  /** Page of its issues. */
  bugs?: string;
};

export type AppPackage = PackageFields & {
  /** Absolute, without links. */
  folder: string;
  /** .node files. */
  addons: NativeFile[];
  /** Programs: ELF files that are neither addons nor libraries. */
  programs: NativeFile[];
  /** Shared libraries. */
  libraries: NativeFile[];
  /** Whether node-gyp can build it: it has a binding.gyp. */
  hasBindingGyp: boolean;
};

/** A package.json or a folder that could not be read, with the reason. */
export type Unreadable = { path: string; reason: string };
