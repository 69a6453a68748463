// What a run needs around act: a folder, a registry of npm, and the ports of act's servers.
import { once } from "node:events";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { inTemporaryFolder } from "../../lib/paths.ts";
import type { Context } from "../../stages/context.ts";
import { runOrFail } from "../../tools/exec.ts";
import { cargoHome } from "../../tools/rust/rust.ts";
import { startRegistry } from "../install/registry.ts";
import { type PythonIndexServer, startIndex } from "../pypi/index.ts";
import { startRelay } from "./relay.ts";

export type World = {
  /** Folder of everything that the run writes. */
  folder: string;
  /** Registry of npm that takes the publications, and forwards requests for all other names. */
  registry: string;
  /** Index of Python packages that takes the publications with PYTHON_TOKEN. */
  python: Pick<PythonIndexServer, "upload" | "index" | "files">;
  /** Server of artifacts for the jobs. */
  results: string;
  ports: { artifacts: number; caches: number };
};

export const PYTHON_TOKEN = "no-token-of-pypi";

/** Names that are published in a run. */
const PUBLISHED = "{boardkit,@boardkit/*,@somebody/*}";

/** Runs `work` in a world that ends with it. */
export async function inWorld<T>(
  env: NodeJS.ProcessEnv,
  { cache, signal }: Pick<Context, "cache" | "signal">,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const uplink = await runOrFail({ argv: ["npm", "config", "get", "registry"], signal }, "NPM_FAILED");
  return inTemporaryFolder("boardkit-workflows", async (folder) => {
    const [artifacts = 0, caches = 0] = await freePorts(2);
    const registry = await startRegistry(join(folder, "registry"), { url: uplink.stdout.trim(), own: PUBLISHED });
    const python = await startIndex(join(folder, "python"), PYTHON_TOKEN, cache);
    const relay = await startRelay(artifacts);
    try {
      await addSettings(folder, env);
      return await work({
        folder,
        registry: registry.url,
        python,
        results: relay.url,
        ports: { artifacts, caches },
      });
    } finally {
      await Promise.all([registry.end(), python.end(), relay.end()]);
    }
  });
}

/** Removes the artifacts of the run before. act lists those of a run, which has number 1, before there is one. */
export async function clearArtifacts({ folder }: World): Promise<void> {
  await rm(join(folder, "artifacts"), { recursive: true, force: true });
  await mkdir(join(folder, "artifacts/1"), { recursive: true });
}

/** cargo's settings of this machine, for example a mirror of crates.io: cargo reads those of the folders above a project. */
async function addSettings(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const settings = join(cargoHome(env), "config.toml");
  await mkdir(join(folder, "act/.cargo"), { recursive: true });
  if (existsSync(settings)) await copyFile(settings, join(folder, "act/.cargo/config.toml"));
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => server.listening || once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
