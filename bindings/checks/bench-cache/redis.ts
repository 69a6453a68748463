// Debian's Redis on a Unix socket, its fastest transport, without persistence.
import { spawn } from "node:child_process";
import { access, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { getToolchain } from "../../../scripts/model/registry.ts";
import type { Context } from "../../../scripts/stages/context.ts";
import { fetchItems } from "../../../scripts/stages/set-up/fetch.ts";
import { provided } from "../../../scripts/tools/store/store.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { waitFor } from "../lib/server.ts";

/** A running server. */
export type Redis = { socket: string; version: string; end: () => Promise<void> };

/** Fetches Redis if the store does not have it, and starts it. */
export async function startRedis(context: Context): Promise<Redis> {
  const { cache, registry, signal } = context;
  await fetchItems(["redis"], context);
  const item = getToolchain(registry, "redis");
  const program = provided(cache, item, "server");
  const libraries = provided(cache, item, "libraries");
  // One folder, named after the architecture.
  const folders = (await readdir(libraries)).map((name) => join(libraries, name));
  const env = { LD_LIBRARY_PATH: folders.join(delimiter) };
  const { stdout } = await runOrFail({ argv: [program, "--version"], env, signal }, "BENCH_FAILED");
  return { version: /v=([\d.]+)/.exec(stdout)?.[1] ?? stdout.trim(), ...(await start(program, env)) };
}

async function start(program: string, env: Record<string, string>): Promise<Pick<Redis, "socket" | "end">> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  const socket = join(folder, "redis.sock");
  const options = { port: "0", unixsocket: socket, save: "", appendonly: "no", dir: folder, "maxmemory-policy": "allkeys-lru" };
  const argv = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn(program, argv, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });
  let output = "";
  server.stdout.on("data", (text) => (output += String(text)));
  await waitFor(
    "redis-server",
    server,
    () => access(socket),
    () => output.trim(),
  );
  return {
    socket,
    end: async () => {
      server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
