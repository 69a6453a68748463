// cross, https://github.com/cross-rs/cross: runs cargo in a container, with the host's Rust mounted into it.
import type { Obstacle } from "../model/builder.ts";
import type { Engine } from "./container.ts";

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

/** The variables that tell cross what to use. */
export function crossEnvironment(engine: Engine, config: string): Record<string, string> {
  return {
    CROSS_CONFIG: config,
    CROSS_CONTAINER_ENGINE: engine.path,
    // It would else call rustup, and may update the user's toolchain.
    CROSS_CUSTOM_TOOLCHAIN: "1",
    ...engine.env,
  };
}

/** The host's programs without which cross does nothing. */
export function crossObstacle(has: (name: string) => boolean): Obstacle | undefined {
  if (has("rustup")) return undefined;
  return { reason: "cross asks rustup for the toolchain, and rustup is not on the PATH", mend: "install Rust with rustup: https://rustup.rs" };
}
