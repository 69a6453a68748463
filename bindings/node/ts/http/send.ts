import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { isIP, type LookupFunction } from "node:net";

/** A request as `HttpRequest::to_json` of the crate writes it. */
export interface HttpRequest {
  method: string;
  is_https: boolean;
  host: string;
  port: number;
  /** The addresses that the request may go to. */
  addresses: string[];
  target: string;
  headers: [string, string][];
  body: string;
  timeout_ms: number;
  max_response_bytes: number;
  tls: {
    authorities: string[];
    has_system_authorities: boolean;
    certificate: string | null;
    key: string | null;
    server_name: string | null;
    is_insecure: boolean;
  };
}

/** A response, or the reason for none, as `HttpResponse::from_json` of the crate reads it. */
export type HttpOutcome =
  | { status: number; reason: string; headers: [string, string][]; body: string }
  | { failure: "network"; message: string }
  | { failure: "timeout" | "timeout_in_body" | "cut" | "too_large" };

/** The longest timeout of Node, in milliseconds. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Sends a request to one of its addresses. It follows no redirect, looks up no name, and keeps no connection. */
export async function sendRequest(request: HttpRequest): Promise<HttpOutcome> {
  const message = request.is_https ? await secureMessage(request) : httpRequest(options(request));
  return new Promise((resolve) => {
    let hasBegun = false;
    const timer = setTimeout(
      () => end({ failure: hasBegun ? "timeout_in_body" : "timeout" }),
      Math.min(request.timeout_ms, MAX_TIMEOUT_MS),
    );
    const end = (outcome: HttpOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
      message.destroy();
    };
    message.on("error", (error) => end({ failure: "network", message: textOf(error) }));
    message.on("response", (response) => {
      hasBegun = true;
      readResponse(response, request.max_response_bytes).then(end, () => end({ failure: "cut" }));
    });
    message.end(request.body);
  });
}

/** The modules of TLS take some megabytes of memory, which a program without it keeps. */
async function secureMessage(request: HttpRequest): Promise<ClientRequest> {
  const [{ request: send }, { rootCertificates }] = await Promise.all([import("node:https"), import("node:tls")]);
  return send({ ...options(request), ...tlsOptions(request, rootCertificates) });
}

function options(request: HttpRequest): RequestOptions {
  const { body, method } = request;
  const hasLength = body !== "" || ["POST", "PUT", "PATCH"].includes(method);
  const length: [string, string][] = hasLength ? [["Content-Length", String(Buffer.byteLength(body))]] : [];
  return {
    host: request.host,
    port: request.port,
    method,
    path: request.target,
    headers: Object.fromEntries([...request.headers, ...length]),
    agent: false,
    lookup: lookupAmong(request.addresses),
  };
}

/** Answers a lookup with addresses that are known. */
function lookupAmong(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all }, callback) => {
    const [first] = found;
    if (all) callback(null, found);
    else callback(null, first?.address ?? "", first?.family ?? 0);
  };
}

function tlsOptions({ tls, host }: HttpRequest, rootCertificates: readonly string[]): object {
  const authorities = tls.has_system_authorities ? [...rootCertificates, ...tls.authorities] : tls.authorities;
  const name = tls.server_name ?? host;
  return {
    ...(authorities.length > 0 ? { ca: authorities } : {}),
    ...(tls.certificate !== null && tls.key !== null ? { cert: tls.certificate, key: tls.key } : {}),
    // An address is not a server name (RFC 6066).
    servername: isIP(name) ? "" : name,
    rejectUnauthorized: !tls.is_insecure,
  };
}

async function readResponse(response: IncomingMessage, maxBytes: number): Promise<HttpOutcome> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return { failure: "too_large" };
    chunks.push(chunk);
  }
  const { rawHeaders, statusCode = 0, statusMessage = "" } = response;
  const headers = rawHeaders.flatMap((name, place): [string, string][] => (place % 2 === 0 ? [[name, rawHeaders[place + 1] ?? ""]] : []));
  return { status: statusCode, reason: statusMessage, headers, body: Buffer.concat(chunks).toString("utf8") };
}

/** The message of an error; one for each address if there are several. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join("; ");
  return (error instanceof Error ? error.message : String(error)).toWellFormed();
}
