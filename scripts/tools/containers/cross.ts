// cross, https://github.com/cross-rs/cross: runs cargo in a container, with the host's Rust mounted into it.
import { basename } from "node:path";
import type { Engine } from "./container.ts";
import type { Wrappers } from "../../model/wrappers.ts";
import { wrappersIn } from "../compilers/wrappers.ts";

/** Where cross mounts folders of the host. */
export const mounts = { cargoHome: "/cargo", sysroot: "/rust", targetDir: "/target" };

export type CrossCall = {
  image: string;
  triple: string;
  /** Names of variables to pass to the container; cross always passes those that begin with CARGO_. */
  variables: string[];
  /** Folders to mount at the same path. */
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

/** The variables that configure cross and name its container. */
export function crossEnvironment(engine: Engine, config: string, container: string): Record<string, string> {
  return {
    CROSS_CONFIG: config,
    CROSS_CONTAINER_ENGINE: engine.path,
    CROSS_CONTAINER_OPTS: [engine.options, `--name ${container}`].filter(Boolean).join(" "),
    // Otherwise cross requests the target's standard library from rustup.
    CROSS_CUSTOM_TOOLCHAIN: "1",
    ...engine.env,
  };
}

/**
 * cross, with our own rustup before the user's on the PATH: cross 0.2.5 does not recognise a toolchain that rustup lists as
 * `(active, default)`, and updates it by `rustup toolchain add`: https://github.com/cross-rs/cross/issues/1678
 */
export function crossWrappers(cache: string, cross: string, sysroot: string): Wrappers {
  return wrappersIn(cache, "cross", {
    cross: `#!/bin/sh\nPATH="$(dirname "$0"):$PATH" exec "${cross}" "$@"\n`,
    rustup: `#!/bin/sh
if [ "$*" = "toolchain list" ]; then
  echo "${basename(sysroot)}"
else
  echo "boardkit: this rustup lists the toolchain and does nothing else: rustup $*" >&2
  exit 1
fi
`,
  });
}
