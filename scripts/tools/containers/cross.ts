// cross, https://github.com/cross-rs/cross: runs cargo in a container, with the host's Rust mounted into it.
import { basename } from "node:path";
import type { Engine } from "./container.ts";
import type { Wrappers } from "../../model/wrappers.ts";
import { wrappersIn } from "../compilers/wrappers.ts";

/** Where cross mounts folders of the host, whatever they are called there. */
export const mounts = { cargoHome: "/cargo", sysroot: "/rust", targetDir: "/target" };

export type CrossCall = {
  image: string;
  triple: string;
  /** Names of variables that the container gets too; those that begin with CARGO_ it gets anyway. */
  variables: string[];
  /** Folders that are mounted under their own names. */
  folders: Record<string, string>;
};

/** A path as a program in the container sees it. */
export function inContainer(path: string, places: { cargoHome: string; sysroot: string }): string {
  for (const key of ["cargoHome", "sysroot"] as const) {
    if (path === places[key] || path.startsWith(`${places[key]}/`)) return `${mounts[key]}${path.slice(places[key].length)}`;
  }
  return path;
}

/** The text of a Cross.toml. */
export function crossConfig({ image, triple, variables, folders }: CrossCall): string {
  const list = (words: string[]) => `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
  const passed = variables.filter((name) => !/^(CARGO|CROSS|CONTAINERS)(_|$)/.test(name));
  return `# Written by boardkit.
[build.env]
passthrough = ${list(passed)}
volumes = ${list(Object.entries(folders).map(([name, folder]) => `${name}=${folder}`))}

[target.${triple}]
image = ${JSON.stringify(image)}
`;
}

/** The variables that tell cross what to use, and how its container is called. */
export function crossEnvironment(engine: Engine, config: string, container: string): Record<string, string> {
  return {
    CROSS_CONFIG: config,
    CROSS_CONTAINER_ENGINE: engine.path,
    CROSS_CONTAINER_OPTS: [engine.options, `--name ${container}`].filter(Boolean).join(" "),
    // It would else ask rustup for the standard library of the target.
    CROSS_CUSTOM_TOOLCHAIN: "1",
    ...engine.env,
  };
}

/**
 * cross, with a rustup of our own before the user's: cross 0.2.5 takes a toolchain that rustup lists as `(active, default)` for one that is
 * not installed, and by `rustup toolchain add` updates it: https://github.com/cross-rs/cross/issues/1678
 */
export function crossWrappers(cache: string, cross: string, sysroot: string): Wrappers {
  return wrappersIn(cache, "cross", {
    cross: `#!/bin/sh\nPATH="$(dirname "$0"):$PATH" exec "${cross}" "$@"\n`,
    rustup: `#!/bin/sh
if [ "$*" = "toolchain list" ]; then
  echo "${basename(sysroot)}"
else
  echo "boardkit: here rustup lists the toolchain and does nothing else: rustup $*" >&2
  exit 1
fi
`,
  });
}
