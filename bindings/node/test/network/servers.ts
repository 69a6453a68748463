// Servers and engines of the tests of http.send.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { Engine, type EngineOptions, type HttpPermission } from "../../ts/index.ts";

/** A server, which ends with the test file. */
export interface TestServer {
  port: number;
  end(): Promise<void>;
}

/** Starts test/network/server.mjs; with `tls` it speaks TLS and asks for a certificate of the client. */
export async function startServer(tls = false): Promise<TestServer> {
  const settings = { cert: pem("server.pem"), key: pem("server.key"), ca: pem("ca.pem"), requestCert: true, rejectUnauthorized: false };
  const worker = new Worker(new URL("server.mjs", import.meta.url), { workerData: tls ? { tls: settings } : {} });
  const port = await new Promise<number>((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return { port, end: async () => void (await worker.terminate()) };
}

/** A test certificate or key. */
export function pem(name: string): string {
  return readFileSync(pemPath(name), "utf8");
}

export function pemPath(name: string): string {
  return new URL(`pem/${name}`, import.meta.url).pathname;
}

/** An engine that may send requests to this machine. */
export function engineWith(http: Partial<HttpPermission> = {}, options: EngineOptions = {}): Engine {
  const hosts = ["127.0.0.1", "localhost"];
  return new Engine({ maxEvaluationMs: 20_000, ...options, allow: { httpSend: { hosts, ...http } } });
}
