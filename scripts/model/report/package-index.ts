// dist/npm/packages.json: the packed packages, in the order of publication.

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
  /** Not an optional dependency of the root package: it is installed by its name. */
  byName?: true;
};

export type PackageIndex = { schema: 1; packages: PackedPackage[] };

/** A wheel, or the sdist, in dist/pypi. */
export type PythonPackage = Pick<PackedPackage, "name" | "version" | "file" | "bytes" | "sha256" | "target"> & {
  /** Why PyPI does not take it. */
  notOnPypi?: string;
  /** What made an sdist: the program with its version, and the commit of the source, as in manifests. */
  made?: { tools: string; commit?: string };
};

/** dist/pypi/packages.json: the wheels, and the sdist last, in the order of publication. */
export type PythonIndex = { schema: 1; packages: PythonPackage[] };
