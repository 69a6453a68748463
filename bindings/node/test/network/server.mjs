// An HTTP server on the loopback address, as a worker thread: an evaluation blocks the thread of the test. With certificates it speaks TLS.
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { parentPort, workerData } from "node:worker_threads";

const JSON_TYPE = "application/json";

/** What the server does for a path; for all others it answers with what it received. */
const ROUTES = {
  "/json": (_request, response) => response.setHeader("Content-Type", JSON_TYPE).end('{"roles":["admin"]}'),
  "/yaml": (_request, response) => response.setHeader("Content-Type", "application/yaml").end("roles: [admin]\n"),
  "/text": (_request, response) => response.end("text"),
  "/two": (_request, response) => response.setHeader("X-Two", ["1", "2"]).end(),
  "/bytes": (_request, response) => response.end(Buffer.from([0x61, 0xff, 0x62])),
  "/missing": (_request, response) => response.writeHead(404).end("no"),
  "/redirect": (_request, response) => response.writeHead(302, { Location: "json" }).end(),
  "/away": ({ socket }, response) => response.writeHead(302, { Location: `http://localhost:${socket.localPort}/json` }).end(),
  "/long": (_request, response) => response.end("x".repeat(2 ** 21)),
  "/fresh": (_request, response) => response.setHeader("Cache-Control", "max-age=60").end(String((count += 1))),
  "/never": () => undefined,
  "/drip": (_request, response) => setInterval(() => response.write("x"), 20),
  "/cut": (_request, response) => {
    response.setHeader("Content-Length", "100").write("x");
    setTimeout(() => response.destroy(), 20);
  },
};
let count = 0;

async function echo(request, response) {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { method, url, rawHeaders: headers } = request;
  response.setHeader("Content-Type", JSON_TYPE).end(JSON.stringify({ method, url, headers, body }));
}

const listener = (request, response) => (ROUTES[request.url] ?? echo)(request, response);
const { tls } = workerData;
const server = tls ? createSecureServer(tls, listener) : createServer(listener);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  parentPort?.postMessage(typeof address === "object" ? address?.port : undefined);
});
