// A crate that an addon is compiled from.

export type Crate = {
  /** `name@version`. */
  id: string;
  name: string;
  version: string;
  /** SPDX expression, or an old form of it with a slash. */
  license: string | null;
  repository: string | null;
  source: string | null;
  /** SHA-256 of the registry's archive; absent for crates of the project and of git. */
  checksum?: string;
  /** Compiled into the addon. Other crates run at build time only: build scripts, procedural macros, and their dependencies. */
  linked: boolean;
  /** ids of other crates of the same addon. */
  dependencies: string[];
};
