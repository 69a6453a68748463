// A builder: the compiler and linker of a target, and where they run.

/**
 * `zig`: zig cc on the host. `cross`: cross, in a container. `gcc`: Debian's cross gcc and GNU ld on the host. `native`: the host's own
 * compiler. In the order in which `--builder auto` tries them.
 */
export const builderNames = ["zig", "cross", "gcc", "native"] as const;

export type BuilderName = (typeof builderNames)[number];

/** Values of `--builder`. */
export type BuilderChoice = BuilderName | "auto";

/** Why a builder cannot build, and the fix: in words, and as system packages if installing them is enough. */
export type Obstacle = { reason: string; fix: string; packages?: string[] };

/** The cc and linker, on the host or in a container. */
export type Linker = "zig" | "gcc" | "host";

/** An image for cross, and its Debian packages beyond those of docker/Dockerfile. */
export type Image = { name: string; packages: string[] };
