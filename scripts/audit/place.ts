// The environment that a file is checked against: what a board or a target provides.
import type { RuleId } from "./rules/ids.ts";

export type Place = {
  /** Board or target, for sentences. */
  name: string;
  arch: string;
  bits: 32 | 64;
  libc: "glibc" | "musl";
  /** Version of its C library; a target has a floor instead. */
  libcVersion?: string;
  glibcFloor?: string;
  /** Bytes of the largest page that its kernels use. */
  pageSize: number;
  cpu: string;
  features: string[];
  errata: string[];
  /** Newest Node line. */
  node?: string;
  /** Rules whose errors are warnings for this project. */
  allowed?: RuleId[];
  /** Most bytes of the file, for this project. */
  sizeBudget?: number;
};
