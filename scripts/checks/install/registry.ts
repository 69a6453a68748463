// An npm registry on a free port that accepts every publish.
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { runServer } from "verdaccio";

export type Registry = { url: string; end: () => Promise<void> };

/** Starts a registry with its packages in a folder. With an uplink it forwards requests for all names but `own` to that registry. */
export async function startRegistry(folder: string, uplink?: { url: string; own: string }): Promise<Registry> {
  const open = { access: "$all", publish: "$all" };
  const packages = uplink ? { [uplink.own]: open, "**": { ...open, proxy: "npm" } } : { "**": open };
  const uplinks = uplink ? { npm: { url: uplink.url } } : {};
  const log = { type: "stdout", level: "fatal" };
  const config = { self_path: folder, storage: folder, uplinks, packages, log, max_body_size: "100mb", web: { enable: false } };
  const app = (await runServer(config)) as { listen(port: number, host: string): Server };
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    end: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
