// The environment that a file is checked against: what a board or a target provides.
import type { RuleId } from "./rules/ids.ts";

export type Place = {
  /** Board, `<board>@<system>` or target, for sentences. */
  name: string;
  arch: string;
  bits: 32 | 64;
  libc: "glibc" | "musl";
  /** Version of its C library; a target has the oldest glibc that it supports, the floor, instead. */
  libcVersion?: string;
  glibcFloor?: string;
  /** Bytes of the largest page of its kernels. */
  pageSize: number;
  cpu: string;
  features: string[];
  errata: string[];
  /** Newest Node line. */
  node?: string;
  /** The system on the board; absent for a target, which is any system. */
  system?: PlaceSystem;
  /** Rules whose errors this project turns into warnings. */
  allowed?: RuleId[];
  /** The largest size of the file in bytes, for this project. */
  sizeBudget?: number;
};

/** The libraries of a system, by soname. */
export type PlaceSystem = {
  /** File in targets/systems. */
  id: string;
  /** For sentences. */
  name: string;
  /** The command that installs packages, for example `apt install`. */
  install: string;
  /** A file by which loaders of packages recognize the system. */
  releaseFile?: string;
  /**
   * Libraries of every installation, and those that its Node needs, with the highest symbol version of each kind that they define, for
   * example `GLIBCXX_3.4.30`; empty if that is not known.
   */
  present: Readonly<Record<string, string[]>>;
  /** Packages of the other libraries. */
  packages: Readonly<Record<string, string>>;
  /** Whether `packages` has all that can be installed. */
  complete: boolean;
};

/**
 * What to audit for: boards, each as `<board>` or `<board>@<system>`, or one target or glob; with neither every supported board with its
 * usual system.
 */
export type Where = { board?: string | string[]; target?: string };
