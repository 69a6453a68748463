// The crates of the addon, read only for targets with a changed addon.
import { readAddonCrate } from "../../tools/rust/addon-crate.ts";
import { readCrates } from "../../tools/rust/crates.ts";
import type { Crate } from "../../model/crate.ts";
import type { Context } from "../context.ts";
import { featureFlags } from "../plan/cargo.ts";
import { need, type State } from "../stage.ts";

/** Reads the crates of the addon for a target. */
export type CratesReader = (triple: string) => Promise<Crate[]>;

/** A reader that calls `cargo metadata` once for all targets. */
export function readCratesOnce(state: State, { signal }: Context): CratesReader {
  const { project } = state;
  const features = featureFlags(project, { id: need(state, "plan").profile });
  let addon: ReturnType<typeof readAddonCrate> | undefined;
  return async (triple) => {
    addon ??= readAddonCrate(project, signal);
    const { metadata, crate } = await addon;
    return readCrates(metadata, crate.manifest_path, triple, features, signal);
  };
}
