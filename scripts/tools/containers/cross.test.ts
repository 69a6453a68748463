// The configuration of cross, and that cross cannot change the user's Rust.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { crossConfig, crossEnvironment, crossWrappers, inContainer } from "./cross.ts";
import { writeWrappers } from "../compilers/wrappers.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";

test("cross finds our rustup before the user's: it lists the one toolchain, and refuses all changes", async () => {
  const cache = temporaryFolder();
  const real = join(cache, "real-cross");
  writeFileSync(real, '#!/bin/sh\nrustup "$@"\n');
  chmodSync(real, 0o755);
  const wrappers = crossWrappers(cache, real, "/home/me/.rustup/toolchains/stable-x86_64-unknown-linux-gnu");
  await writeWrappers(wrappers);
  const cross = join(wrappers.folder, "cross");
  expect(execFileSync(cross, ["toolchain", "list"], { encoding: "utf8" })).toBe("stable-x86_64-unknown-linux-gnu\n");
  const added = spawnSync(cross, ["toolchain", "add", "stable", "--profile", "minimal"], { encoding: "utf8" });
  expect(added).toMatchObject({ status: 1, stderr: expect.stringContaining("lists the toolchain and does nothing else") });
});

test("Cross.toml names image and folders, and passes variables that cross does not pass by itself", () => {
  const text = crossConfig({
    image: "localhost/boardkit/zig:bookworm",
    triple: "armv7-unknown-linux-musleabihf",
    variables: ["CC_armv7", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_BOOTSTRAP", "CARGO"],
    folders: { BOARDKIT_CACHE: "/cache" },
  });
  expect(text).toContain('passthrough = ["CC_armv7", "RUSTC_BOOTSTRAP"]\nvolumes = ["BOARDKIT_CACHE=/cache"]');
  expect(text).toContain('[target.armv7-unknown-linux-musleabihf]\nimage = "localhost/boardkit/zig:bookworm"');
});

test("the engine's variables reach cross, which requests no standard library from rustup", () => {
  const engine = { name: "podman", path: "/usr/bin/podman", env: { CONTAINERS_CONF: "/c" } };
  expect(crossEnvironment(engine, "/Cross.toml", "boardkit-1")).toEqual({
    CROSS_CONFIG: "/Cross.toml",
    CROSS_CONTAINER_ENGINE: "/usr/bin/podman",
    CROSS_CONTAINER_OPTS: "--name boardkit-1",
    CROSS_CUSTOM_TOOLCHAIN: "1",
    CONTAINERS_CONF: "/c",
  });
  // The user's options stay.
  expect(crossEnvironment({ ...engine, options: "--cpus 1" }, "/Cross.toml", "boardkit-1").CROSS_CONTAINER_OPTS).toBe(
    "--cpus 1 --name boardkit-1",
  );
});

test("only the paths of cargo and Rust change in the container", () => {
  const places = { cargoHome: "/home/me/.cargo", sysroot: "/home/me/.rustup/toolchains/stable" };
  expect(inContainer("/home/me/.cargo/registry/src/x", places)).toBe("/cargo/registry/src/x");
  expect(inContainer("/home/me/.rustup/toolchains/stable/lib", places)).toBe("/rust/lib");
  expect(inContainer("/home/me/.cargo-else", places)).toBe("/home/me/.cargo-else");
});
