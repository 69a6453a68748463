// OPA's server, on a port of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Pool } from "undici";
import { waitFor } from "../lib/server.ts";

/** A server that answers, and a connection to it that is kept alive. */
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
