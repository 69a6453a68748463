// Where packages are published to.

/** The registries of packages: npm's, and PyPI or another index with its protocol. */
export const registryNames = ["npm", "pypi"] as const;

export type RegistryName = (typeof registryNames)[number];

/** The two addresses of an index of Python packages: where it takes files, and where pip finds them (PEP 503 or 691). */
export type PythonRegistry = { upload: string; index: string };

/** Publishes what a check found missing. The next run resumes an interrupted one. */
export type Publication = () => Promise<void>;
