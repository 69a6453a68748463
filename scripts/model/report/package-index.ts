// dist/npm/packages.json: what was packed, in the order in which it is to be published.

export type PackedPackage = {
  name: string;
  version: string;
  /** File in the same folder. */
  file: string;
  bytes: number;
  /** Of the file, in hexadecimal. */
  sha256: string;
  /** Of the file, as registries give it: `sha512-…`. */
  integrity: string;
  /** Rust triple of a platform's package. */
  target?: string;
  /** No optional dependency of the root package: it is installed by its name. */
  byName?: true;
};

export type PackageIndex = { schema: 1; packages: PackedPackage[] };
