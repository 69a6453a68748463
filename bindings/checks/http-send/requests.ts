// Requests of http.send that OPA and Grid both send to the test server, bindings/node/test/network/server.mjs.

export type Request = Record<string, unknown>;

/** The requests; `origin` is the server with `http`, `secure` the one with TLS, and `pem` reads a test certificate. */
export function requests(origin: string, secure: string, pem: (name: string) => string): Request[] {
  const get = (path: string, more: Request = {}): Request => ({ method: "get", url: `${origin}${path}`, ...more });
  const post = (more: Request): Request => ({ method: "post", url: `${origin}/echo`, ...more });
  const tls = (more: Request): Request => ({ method: "get", url: `${secure}/json`, raise_error: false, ...more });
  const ca = { tls_ca_cert: pem("ca.pem") };
  const paths = ["/json", "/yaml", "/text", "/two", "/bytes", "/missing", "/redirect", "/long?", "/a b?x=1&y=%20#z", "/%2e%2e/a;b", "?q"];
  const ways = [{}, { force_json_decode: true }, { force_yaml_decode: true }, { enable_redirect: true }, { raise_error: false }];
  const bodies = [
    { body: { a: [1, "<é>"] } },
    { body: "text" },
    { body: null },
    { raw_body: "raw", body: 1 },
    { raw_body: '"quoted"' },
    {},
  ];
  const methods = ["GET", "PoSt", "put", "delete", "patch", "head", "options", "", "a b"];
  const headers = [
    { "content-type": "text/plain", "x-a": "1" },
    { host: "other.test" },
    { "X-É": "1" },
    { "x-a": "1\r\nx-b: 2" },
    { "x-a": 1 },
    { authorization: "Bearer x" },
    [],
  ];
  const wrong: Request[] = [
    { url: 1 },
    { method: 1 },
    { timeout: "1x" },
    { timeout: [] },
    { timeout: 1.5 },
    { timeout: "2s" },
    { cache: 1 },
    { force_cache: true },
    { force_cache: true, force_cache_duration_seconds: 5 },
    { caching_mode: "other", cache: true },
    { max_retry_attempts: -1 },
    { max_retry_attempts: "1" },
    { enable_redirect: "yes" },
    { enable_redirect: 1 },
    { tls_use_system_certs: [] },
    { headers: { a: "1" }, cache_ignored_headers: "a" },
    { headers: { a: "1" }, cache_ignored_headers: ["a"] },
    { raise_error: 1 },
    { unknown: 1 },
  ];
  const urls = ["ftp://127.0.0.1/", "http://", "127.0.0.1", "http://127.0.0.1:1/", "http://u:p@127.0.0.1:1/", "http://[::1", "http://a b/"];
  const identity = { tls_client_cert: pem("client.pem"), tls_client_key: pem("client.key") };
  return [
    ...paths.flatMap((path) => ways.map((more) => get(path, more))),
    ...bodies.map(post),
    ...methods.map((method) => ({ ...get("/echo"), method })),
    ...headers.map((given) => get("/echo", { headers: given, raise_error: false })),
    ...wrong.flatMap((more) => [get("/json", more), get("/json", { raise_error: false, ...more })]),
    ...urls.flatMap((url) => [get("", { url }), get("", { url, raise_error: false })]),
    { method: "get" },
    { url: origin, raise_error: false },
    ...[
      {},
      ca,
      { ...ca, tls_use_system_certs: true },
      { ...ca, tls_server_name: "grid.test" },
      { ...ca, tls_server_name: "other.test" },
    ].map(tls),
    ...[{ ...ca, ...identity }, { ...ca, ...identity, tls_client_key: "no key" }, { tls_ca_cert: "no certificate" }].map(tls),
    get("/cut", { raise_error: false }),
    get("/never", { timeout: "100ms", raise_error: false }),
    get("/never", { timeout: "100ms" }),
  ];
}
