// A builder: what compiles and links a target, and where.

/**
 * `zig`: zig cc on this machine. `cross`: in a container, by cross. `gcc`: Debian's cross gcc and GNU ld on this machine. `native`: the
 * host's own compiler. In the order in which `--builder auto` tries them.
 */
export const builderNames = ["zig", "cross", "gcc", "native"] as const;

export type BuilderName = (typeof builderNames)[number];

/** What a user may ask for. */
export type BuilderChoice = BuilderName | "auto";

/** Why a builder cannot build, and what helps: in words, and as packages of the system where those do. */
export type Obstacle = { reason: string; fix: string; packages?: string[] };

/** What stands as cc and linker, on this machine or in a container. */
export type Linker = "zig" | "gcc" | "host";

/** An image that cross compiles in, and the Debian packages in it beside those of the recipe. */
export type Image = { name: string; packages: string[] };
