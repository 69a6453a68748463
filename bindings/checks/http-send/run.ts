// Compares http.send of OPA and of Grid on the same requests to the same server.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import type { Grid } from "../opa/grid.ts";
import type { Oracle } from "../opa/oracle.ts";
import { type Request, requests } from "./requests.ts";

const TESTS = new URL("../../node/test/network/", import.meta.url);

/** What a request has as its result; `differs` is what a reader compares. */
export type Compared = { request: Request; opa: unknown; grid: unknown; verdict: "same" | "text" | "refused" | "differs" };

type OpaAnswer = { value?: unknown; undefined?: true; errors?: { message: string }[]; error?: string };
type Answer = { value: unknown } | { undefined: true } | { error: string };

/** Sends all requests by both. */
export async function compareHttpSend(oracle: Oracle, { Engine }: Grid): Promise<Compared[]> {
  const pem = (name: string): string => readFileSync(new URL(`pem/${name}`, TESTS), "utf8");
  const settings = { cert: pem("server.pem"), key: pem("server.key"), ca: pem("ca.pem"), requestCert: true, rejectUnauthorized: false };
  const servers = await Promise.all([startServer({}), startServer({ tls: settings })]);
  try {
    const [plain, secure] = servers;
    const hosts = ["127.0.0.1", "127.0.0.1:1"];
    const engine = new Engine({ allow: { httpSend: { hosts, maxResponseBytes: 2 ** 22 } }, maxEvaluationMs: 20_000 });
    const compared: Compared[] = [];
    for (const request of requests(`http://127.0.0.1:${plain.port}`, `https://127.0.0.1:${secure.port}`, pem)) {
      const opa = shown(await byOpa(oracle, request));
      const grid = shown(byGrid(engine, request));
      compared.push({ request, opa, grid, verdict: verdictOf(opa, grid) });
    }
    return compared;
  } finally {
    await Promise.all(servers.map((server) => server.worker.terminate()));
  }
}

async function startServer(workerData: object): Promise<{ worker: Worker; port: number }> {
  const worker = new Worker(new URL("server.mjs", TESTS), { workerData });
  const port = await new Promise<number>((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return { worker, port };
}

async function byOpa(oracle: Oracle, request: Request): Promise<Answer> {
  const sources = [{ name: "p.rego", text: "package p\n\nx := http.send(input)\n" }];
  const queries = [{ ref: "data.p.x", inputs: [[request]] }];
  const { answers, error } = await oracle.ask<{ answers?: OpaAnswer[][] }>({ op: "eval", id: "http", sources, versions: ["v1"], queries });
  const [answer] = answers?.[0] ?? [];
  if (answer === undefined) return { error: error ?? "no answer" };
  if (answer.undefined) return { undefined: true };
  return answer.errors || answer.error ? { error: answer.errors?.[0]?.message ?? String(answer.error) } : { value: answer.value };
}

function byGrid(engine: InstanceType<Grid["Engine"]>, request: Request): Answer {
  try {
    const value = engine.evaluate("http.send(input)", request);
    return value === undefined ? { undefined: true } : { value };
  } catch (error) {
    return { error: String(error) };
  }
}

/** An answer without what differs from request to request and from client to client. */
function shown(answer: Answer): unknown {
  if (!("value" in answer)) return answer;
  const { headers, body, raw_body, ...rest } = answer.value as { headers?: Record<string, unknown>; body?: unknown; raw_body?: string };
  const { date: _date, connection: _connection, "keep-alive": _alive, "content-length": _length, ...kept } = headers ?? {};
  const received = body as { headers?: string[] } | null;
  if (!Array.isArray(received?.headers)) return { headers: kept, body, raw_body, ...rest };
  const pairs = received.headers.flatMap((name, place, all) => (place % 2 === 0 ? [[name, all[place + 1]]] : []));
  const own = pairs.filter(([name]) => !["User-Agent", "Accept-Encoding", "Connection"].includes(name ?? ""));
  return { headers: kept, body: { ...received, headers: own.map(String).toSorted() }, ...rest };
}

/** `text`: both are an error value with the same code. `refused`: Grid has an error where it cannot know OPA's result. */
function verdictOf(opa: unknown, grid: unknown): Compared["verdict"] {
  if (isDeepStrictEqual(opa, grid)) return "same";
  if (grid !== null && typeof grid === "object" && typeof (grid as Answer & { error?: unknown }).error === "string") return "refused";
  const code = (answer: unknown): unknown => (answer as { error?: { code?: string } }).error?.code;
  return code(opa) !== undefined && code(opa) === code(grid) ? "text" : "differs";
}
