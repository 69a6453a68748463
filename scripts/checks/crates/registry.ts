// cargo-http-registry on a free port of this machine: a registry of crates that takes publications of cargo.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export type CrateServer = {
  /** The lines of cargo's configuration that name the registry `local`. */
  config: string;
  /** Whether it has the archive of a version. */
  has: (name: string, version: string) => boolean;
  end: () => Promise<void>;
};

const STARTS = 100;

/** Starts a registry with its crates in a folder. It takes every token. */
export async function startCrates(program: string, folder: string, port: number): Promise<CrateServer> {
  await mkdir(folder, { recursive: true });
  const child = spawn(program, [folder, "--addr", `127.0.0.1:${port}`], { stdio: "ignore" });
  const index = `http://127.0.0.1:${port}/git`;
  for (let tries = 0; ; tries += 1) {
    const response = await fetch(`${index}/HEAD`).catch(() => undefined);
    if (response?.ok) break;
    if (tries > STARTS || child.exitCode !== null) throw new Error(`cargo-http-registry does not answer at ${index}`);
    await sleep(100);
  }
  return {
    // The registry serves its index as files, which git itself reads, and cargo's own git does not.
    config: `[net]\ngit-fetch-with-cli = true\n\n[registries.local]\nindex = "${index}"\n`,
    has: (name, version) => existsSync(join(folder, `${name}-${version}.crate`)),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "close");
      child.kill();
      await ended;
    },
  };
}
