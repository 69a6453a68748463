// Runs OPA's server on a free port.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Pool } from "undici";
import { waitFor } from "../lib/server.ts";

/** A running server, and a keep-alive connection to it. */
export type OpaServer = { pool: Pool; port: number; end: () => Promise<void> };

/** Starts OPA's server with files of policies and data. */
export async function startServer(opa: string, files: string[], signal: AbortSignal): Promise<OpaServer> {
  const port = await freePort();
  const argv = ["run", "--server", "--log-level=error", "--skip-version-check", `--addr=127.0.0.1:${port}`, ...files];
  const server = spawn(opa, argv, { stdio: ["ignore", "ignore", "inherit"], signal });
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1, pipelining: 1 });
  await waitFor("OPA's server", server, () => pool.request({ path: "/health", method: "GET" }).then(({ body }) => body.text()));
  return {
    pool,
    port,
    end: async () => {
      await pool.close();
      server.removeAllListeners("error");
      server.kill();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
