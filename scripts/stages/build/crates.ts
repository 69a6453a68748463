// The crates of an addon or of a wheel, read only for targets whose build has changed.
import { readCrates } from "../../tools/rust/crates.ts";
import type { CargoMetadata } from "../../tools/rust/rust.ts";
import type { Crate } from "../../model/crate.ts";
import type { Context } from "../context.ts";

/** Reads the crates that a library is compiled from, for a target. */
export type CratesReader = (triple: string) => Promise<Crate[]>;

/** A reader for the crate at a manifest that calls `cargo metadata` once for all targets; `features` are cargo's flags. */
export function readCratesOnce(
  readMetadata: () => Promise<{ metadata: CargoMetadata; manifest: string }>,
  features: string[],
  { signal }: Pick<Context, "signal">,
): CratesReader {
  let read: ReturnType<typeof readMetadata> | undefined;
  return async (triple) => {
    read ??= readMetadata();
    const { metadata, manifest } = await read;
    return readCrates(metadata, manifest, triple, features, signal);
  };
}
