// Where packages are published to.

/** The registries of packages: npm's, PyPI or another index with its protocol, and crates.io or another registry of cargo. */
export const registryNames = ["npm", "pypi", "crates"] as const;

export type RegistryName = (typeof registryNames)[number];

/** The two addresses of an index of Python packages: where it takes files, and where pip finds them (PEP 503 or 691). */
export type PythonRegistry = { upload: string; index: string };

/** A registry of cargo by its name in cargo's settings, and cargo's folder of this user. */
export type CrateRegistry = { name: string; home: string };

/** Publishes what a check found missing. The next run resumes an interrupted one. */
export type Publication = () => Promise<void>;
