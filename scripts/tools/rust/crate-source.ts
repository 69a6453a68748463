// The source of a crate from crates.io, unpacked and not compiled: for C code that a crate carries.
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { runOrFail } from "../exec.ts";

export type PinnedCrate = { package: string; version: string; sha256: string };

/** `.cargo-checksum.json` of a vendored crate; `package` is the sha256 of the .crate file, which cargo has verified. */
const checksum = z.object({ package: z.string() });

/** Downloads a crate by cargo, verifies its hash, and moves its files into `folder`/source. */
export async function fetchCrateSource(pinned: PinnedCrate, folder: string, signal: AbortSignal): Promise<void> {
  const name = `${pinned.package} ${pinned.version}`;
  const work = join(folder, ".crate");
  await mkdir(work);
  // cargo downloads only what a package depends on.
  await writeFile(join(work, "Cargo.toml"), manifestText(pinned));
  await writeFile(join(work, "lib.rs"), "");
  await runOrFail(
    { argv: ["cargo", "vendor", "--quiet", "--versioned-dirs", "vendor"], cwd: work, signal },
    "FETCH_FAILED",
    "cargo must reach crates.io; check cargo's configuration",
  );
  const crate = join(work, "vendor", `${pinned.package}-${pinned.version}`);
  const found = checksum.parse(JSON.parse(await readFile(join(crate, ".cargo-checksum.json"), "utf8"))).package;
  if (found !== pinned.sha256) {
    throw new BoardkitError(`${name} has sha256 ${found}, expected ${pinned.sha256}`, {
      code: "INTEGRITY",
      fix: "the registry served different bytes from those pinned in targets/toolchains; do not use them",
    });
  }
  await rename(crate, join(folder, "source"));
  await rm(work, { recursive: true });
}

function manifestText({ package: name, version }: PinnedCrate): string {
  return [
    "[package]",
    'name = "fetch"',
    'version = "0.0.0"',
    "[lib]",
    'path = "lib.rs"',
    "[dependencies]",
    `${name} = "=${version}"`,
    // An own workspace: otherwise cargo looks for one in the folders above.
    "[workspace]",
    "",
  ].join("\n");
}
