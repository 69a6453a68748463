import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, Engine, EvaluationError, LimitError } from "../../ts/index.ts";
import { thrown } from "../engine/builtins.ts";
import { engineWith, pem, pemPath, startServer, type TestServer } from "./servers.ts";

let server: TestServer;
let secure: TestServer;

beforeAll(async () => {
  server = await startServer();
  secure = await startServer(true);
});
afterAll(async () => {
  await server.end();
  await secure.end();
});

/** Sends a request by http.send. */
function send(engine: Engine, path: string, more: object = {}, port = server.port): Record<string, unknown> | undefined {
  const scheme = port === secure.port ? "https" : "http";
  return engine.evaluate("http.send(input)", { method: "GET", url: `${scheme}://127.0.0.1:${port}${path}`, ...more });
}

describe("responses", () => {
  test("JSON and YAML are decoded, and headers are lists", () => {
    const engine = engineWith();
    expect(send(engine, "/json")).toMatchObject({
      status: "200 OK",
      status_code: 200,
      body: { roles: ["admin"] },
      raw_body: '{"roles":["admin"]}',
      headers: { "content-type": ["application/json"], "content-length": ["19"] },
    });
    expect(send(engine, "/yaml")).toMatchObject({ body: { roles: ["admin"] } });
    expect(send(engine, "/text")).toMatchObject({ body: null, raw_body: "text" });
    expect(send(engine, "/two")).toMatchObject({ headers: { "x-two": ["1", "2"] } });
    expect(send(engine, "/bytes")).toMatchObject({ raw_body: "a\ufffdb" });
    expect(send(engine, "/missing")).toMatchObject({ status_code: 404, raw_body: "no" });
  });

  test("the server receives the method, the headers and the body", () => {
    const sent = send(engineWith(), "/x?a=b", { method: "post", headers: { "x-a": "1", Host: "other" }, body: { b: [1] } });
    expect(sent?.body).toMatchObject({ method: "POST", url: "/x?a=b", body: '{"b":[1]}' });
    const headers = expect.arrayContaining(["Host", "other", "X-A", "1", "Content-Length", "9"]) as unknown;
    expect(sent?.body).toMatchObject({ headers });
  });

  test("redirects are followed on demand, to allowed hosts", () => {
    const engine = engineWith();
    expect(send(engine, "/redirect")).toMatchObject({ status_code: 302 });
    expect(send(engine, "/redirect", { enable_redirect: true })).toMatchObject({ status_code: 200 });
    expect(send(engine, "/away", { enable_redirect: true })).toMatchObject({ status_code: 200 });
    const narrow = engineWith({ hosts: ["127.0.0.1"] });
    expect(thrown(() => send(narrow, "/away", { enable_redirect: true })).message).toMatch(/localhost:\d+ is not allowed/);
  });

  test("responses are kept between evaluations, and engines do not share them", () => {
    const engine = engineWith();
    const first = send(engine, "/fresh", { cache: true })?.raw_body;
    expect(send(engine, "/fresh", { cache: true })?.raw_body).toBe(first);
    expect(send(engine, "/fresh")?.raw_body).not.toBe(first);
    expect(send(engineWith(), "/fresh", { cache: true })?.raw_body).not.toBe(first);
    const without = engineWith({ cacheBytes: 0 });
    expect(send(without, "/fresh", { cache: true })?.raw_body).not.toBe(send(without, "/fresh", { cache: true })?.raw_body);
  });
});

describe("failures", () => {
  test("an error of the network is undefined, or a value on demand", () => {
    const engine = engineWith();
    expect(send(engine, "/", {}, 1)).toBe(undefined);
    expect(send(engine, "/", { raise_error: false }, 1)).toMatchObject({
      status_code: 0,
      error: { code: "eval_http_send_network_error", message: expect.stringMatching(/^Get "http:\/\/127.0.0.1:1\/": .*ECONNREFUSED/) },
    });
    expect(send(engine, "/cut", { raise_error: false })).toMatchObject({ error: { message: "unexpected EOF" } });
    const strict = engineWith({}, { strictBuiltinErrors: true });
    expect(thrown(() => send(strict, "/", {}, 1))).toBeInstanceOf(EvaluationError);
  });

  test.each([
    ["/never", "network", /^Get "http:.*\/never": context deadline exceeded/],
    ["/drip", "internal", /while reading body/],
  ])("the timeout of a request ends it: %s", (path, kind, text) => {
    const { error } = send(engineWith(), path, { timeout: "200ms", raise_error: false }) as { error: object };
    expect(error).toEqual({ code: `eval_http_send_${kind}_error`, message: expect.stringMatching(text) as unknown });
  });

  test("the limit of the evaluation ends it", () => {
    const engine = engineWith({}, { maxEvaluationMs: 200 });
    expect(thrown(() => send(engine, "/never", { raise_error: false }))).toBeInstanceOf(LimitError);
  });

  test("a long response is an error that names the limit, whatever the request says", () => {
    const error = thrown(() => send(engineWith(), "/long", { raise_error: false }));
    expect(error).toBeInstanceOf(EvaluationError);
    expect(error.message).toContain("longer than 1048576 bytes");
    expect(send(engineWith({ maxResponseBytes: 2 ** 22 }), "/long")?.raw_body).toHaveLength(2 ** 21);
  });
});

describe("TLS", () => {
  const ca = { tls_ca_cert: pem("ca.pem") };

  test("a certificate of an unknown authority is an error, of a given one not", () => {
    const engine = engineWith();
    expect(send(engine, "/json", { raise_error: false }, secure.port)).toMatchObject({ error: { code: "eval_http_send_network_error" } });
    expect(send(engine, "/json", ca, secure.port)).toMatchObject({ status_code: 200 });
    expect(send(engine, "/json", { ...ca, tls_use_system_certs: true }, secure.port)).toMatchObject({ status_code: 200 });
    expect(send(engine, "/json", { ...ca, tls_server_name: "grid.test" }, secure.port)).toMatchObject({ status_code: 200 });
    const wrongName = send(engine, "/json", { ...ca, tls_server_name: "other.test", raise_error: false }, secure.port);
    expect(wrongName).toMatchObject({ error: { code: "eval_http_send_network_error" } });
  });

  test("files, variables and unchecked certificates need the host's permission", () => {
    const file = { tls_ca_cert_file: pemPath("ca.pem") };
    process.env.GRID_TEST_CA = pem("ca.pem");
    const variable = { tls_ca_cert_env_variable: "GRID_TEST_CA" };
    const insecure = { tls_insecure_skip_verify: true };
    for (const more of [file, variable, insecure]) {
      expect(thrown(() => send(engineWith(), "/json", { ...more, raise_error: false }, secure.port)).message).toContain("not allowed");
    }
    const engine = engineWith({ tlsFiles: [pemPath("ca.pem")], tlsVariables: ["GRID_TEST_CA"], insecureTls: true });
    for (const more of [file, variable, insecure]) {
      expect(send(engine, "/json", more, secure.port)).toMatchObject({ status_code: 200 });
    }
  });

  test("a client has its certificate", () => {
    const identity = { tls_client_cert: pem("client.pem"), tls_client_key: pem("client.key") };
    expect(send(engineWith(), "/json", { ...ca, ...identity }, secure.port)).toMatchObject({ status_code: 200 });
    const wrong = { tls_client_cert: "no certificate", tls_client_key: "no key", raise_error: false };
    expect(send(engineWith(), "/json", { ...ca, ...wrong }, secure.port)).toMatchObject({ status_code: 0 });
  });
});

describe("threads", () => {
  test("evaluateAsync and engines of other threads send requests too", async () => {
    const engine = engineWith();
    const input = { method: "GET", url: `http://127.0.0.1:${server.port}/json` };
    const all = await Promise.all([1, 2, 3, 4, 5, 6].map(() => engine.evaluateAsync("http.send(input).status_code", input)));
    expect(all).toEqual([200, 200, 200, 200, 200, 200]);
    const hosts = ["127.0.0.1"];
    const named = Engine.open("network.test", { maxEvaluationMs: 20_000, allow: { httpSend: { hosts } } });
    expect(named.evaluate("http.send(input).status_code", input)).toBe(200);
  });

  test("a builtin of one's own can take its place", () => {
    const engine = new Engine({ builtins: { "http.send": { args: 1, fn: () => ({ status_code: 299 }) } } });
    expect(engine.evaluate("http.send({}).status_code")).toBe(299);
  });
});

test("without permission nothing is sent, and options are checked", () => {
  const engine = new Engine();
  engine.loadPolicy("p.rego", `package p\nallow if not http.send({"method": "get", "url": "http://127.0.0.1:${server.port}"})`);
  expect(thrown(() => engine.evaluate("data.p.allow")).message).toContain("requests are not allowed");
  for (const [allow, text] of [
    [{ httpSend: {} }, "allow.httpSend.hosts"],
    [{ httpSend: { hosts: [] } }, "at least one host"],
    [{ httpSend: { hosts: ["http://a"] } }, "is not a host"],
    [{ httpSend: { hosts: ["a"], other: 1 } }, "there is no option other"],
    [{ httpSend: { hosts: ["a"], maxResponseBytes: -1 } }, "maxResponseBytes"],
    [{ runtime: { a: Number.NaN } }, "the option allow.runtime.a is NaN"],
    [{ other: {} }, "there is no option other"],
  ] as [object, string][]) {
    const error = thrown(() => new Engine({ allow }));
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toContain(text);
  }
});

test("lookups and the runtime are by permission", () => {
  const engine = new Engine({ allow: { lookupIpAddr: { hosts: ["localhost"] }, runtime: { env: { A: "1" } } }, maxEvaluationMs: 20_000 });
  expect(engine.evaluate('net.lookup_ip_addr("localhost")')).toContain("127.0.0.1");
  expect(thrown(() => engine.evaluate('net.lookup_ip_addr("example.com")')).message).toContain("not allowed");
  expect(engine.evaluate("opa.runtime().env.A")).toBe("1");
  expect(new Engine().evaluate("opa.runtime()")).toEqual({});
});
