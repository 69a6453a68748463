// A relay in front of act's artifact server, for actions/upload-artifact 7: the server refuses its field for the media type, and the client
// loses the padding of a signature in a URL. https://github.com/nektos/act/pull/6115
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** The end of the signature in a URL. */
const PADDING = /=&expires=/g;

export type Relay = { url: string; end: () => Promise<void> };

/** Starts a relay to a server at a port of loopback. The URLs for files that the server answers lead to it directly. */
export async function startRelay(port: number): Promise<Relay> {
  const server = createServer((request, response) => {
    const relay = async () => {
      const { mimeType: _a, mime_type: _b, ...fields } = (await json(request)) as Record<string, unknown>;
      const answer = await fetch(new URL(request.url ?? "/", `http://127.0.0.1:${port}`), {
        method: "POST",
        headers: { "content-type": "application/json", authorization: request.headers.authorization ?? "" },
        body: JSON.stringify(fields),
      });
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/json" });
      response.end((await answer.text()).replaceAll(PADDING, "%3D&expires="));
    };
    relay().catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    end: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
