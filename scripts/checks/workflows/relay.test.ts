import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { startRelay } from "./relay.ts";

test("a request arrives without the media type, and the answer comes back with the padding of the signature", async () => {
  const got: unknown[] = [];
  const server = createServer(async (request, response) => {
    got.push(request.method, request.url, request.headers.authorization, request.headers.host, JSON.parse(await text(request)));
    response.writeHead(201, { "content-type": "application/json" }).end('{"url":"http://a/?sig=x=&expires=1+2"}');
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const relay = await startRelay(port);
  onTestFinished(relay.end);
  const body = JSON.stringify({ name: "a", mime_type: "application/zip", version: 4 });
  const answer = await fetch(`${relay.url}twirp/CreateArtifact`, { method: "POST", headers: { authorization: "Bearer x" }, body });
  expect([answer.status, await answer.json()]).toEqual([201, { url: "http://a/?sig=x%3D&expires=1+2" }]);
  expect(got).toEqual(["POST", "/twirp/CreateArtifact", "Bearer x", `127.0.0.1:${port}`, { name: "a", version: 4 }]);
});

test("a server that is away is an error of the request, not of the relay", async () => {
  const relay = await startRelay(9);
  onTestFinished(relay.end);
  expect((await fetch(relay.url, { method: "POST", body: "{}" })).status).toBe(502);
});
