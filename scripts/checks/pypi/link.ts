// A link to a server that breaks after a number of bytes from clients.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export type Link = {
  port: number;
  /** Lets so many bytes pass to the server, over all connections, and ends connections that send more; Infinity repairs the link. */
  breakAfter: (bytes: number) => void;
  end: () => Promise<void>;
};

/** Starts a link on this machine to one of its ports. */
export async function startLink(to: number): Promise<Link> {
  let left = Infinity;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(to, "127.0.0.1");
    const end = () => {
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", end).on("close", () => sockets.delete(socket));
    }
    client.on("data", (chunk: Buffer) => {
      const passes = chunk.subarray(0, left);
      left -= passes.length;
      target.write(passes, () => passes.length < chunk.length && end());
    });
    client.on("end", () => target.end());
    target.pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    breakAfter: (bytes) => void (left = bytes),
    end: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
