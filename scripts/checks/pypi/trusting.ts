// A stand-in for the two services that no test can reach: GitHub's issuer of identity tokens, and PyPI's exchange of them for a token of the
// project. Uploads go to a real index behind it. uv speaks TLS with it.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as forward } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { PythonRegistry } from "../../model/report/publication.ts";
import type { PythonIndexServer } from "./index.ts";

export type TrustingIndex = PythonRegistry & {
  /** Variables of a job of GitHub Actions with the permission `id-token: write`. */
  env: Record<string, string>;
  /** The calls of the two services, in order. */
  calls: string[];
  end: () => Promise<void>;
};

const REQUEST_TOKEN = "of the job";
const IDENTITY = "identity of the workflow";

/** Starts it before an index; `trusts` is whether PyPI knows the workflow. */
export async function startTrusting(
  index: PythonIndexServer,
  token: string,
  folder: string,
  trusts: () => boolean,
): Promise<TrustingIndex> {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = [
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
    "-addext",
    "basicConstraints=critical,CA:FALSE",
    "-days",
    "2",
  ];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
  const calls: string[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://localhost");
    const answer = (status: number, body: object) => {
      calls.push(`${request.method} ${pathname} ${status}`);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (pathname === "/_/oidc/audience") return answer(200, { audience: "pypi" });
    if (pathname === "/github/token") {
      const isJob = request.headers.authorization?.toLowerCase() === `bearer ${REQUEST_TOKEN}` && searchParams.get("audience") === "pypi";
      return answer(isJob ? 200 : 401, isJob ? { value: IDENTITY } : {});
    }
    if (pathname === "/_/oidc/mint-token") {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const isTrusted = trusts() && (JSON.parse(body) as { token: string }).token === IDENTITY;
        answer(isTrusted ? 200 : 422, isTrusted ? { success: true, token } : { message: "invalid-publisher" });
      });
      return;
    }
    const { host: _ofThis, ...headers } = request.headers;
    const passed = forward({ port: index.port, host: "127.0.0.1", method: request.method, path: request.url, headers }, (real) => {
      response.writeHead(real.statusCode ?? 502, real.headers);
      real.pipe(response);
    });
    request.pipe(passed);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    upload: `${url}/`,
    index: `${url}/simple/`,
    calls,
    env: {
      SSL_CERT_FILE: cert,
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github/token?run=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    },
    end: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
