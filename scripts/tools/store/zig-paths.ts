// The paths of zig in the store.
import { getToolchain, type Registry } from "../../model/registry.ts";
import type { ZigPaths } from "../compilers/zig.ts";
import { provided } from "./store.ts";

/** zig and cargo-zigbuild. */
export function zigPaths(cache: string, registry: Registry): ZigPaths {
  return {
    zig: provided(cache, getToolchain(registry, "zig"), "zig"),
    zigbuild: provided(cache, getToolchain(registry, "cargo-zigbuild"), "cargo-zigbuild"),
    cache,
  };
}
