import { optionsArgument } from "./arguments.ts";
import { ArgumentError, InputError } from "./errors.ts";
import { jsonText } from "./json.ts";
import { ALLOW_FIELDS, HTTP_FIELDS, snakeKeys } from "./names.ts";

/** What policies may reach outside of the process. */
export interface Permissions {
  /** What `http.send` may do. Default: nothing. */
  httpSend?: HttpPermission;
  /** The hosts that `net.lookup_ip_addr` may look up, as in {@link HttpPermission.hosts}. Default: none. */
  lookupIpAddr?: { hosts: readonly string[] };
  /** The answer of `opa.runtime()`, for example with `config`, `env` and `version`. Default: an empty object. */
  runtime?: Readonly<Record<string, unknown>>;
}

/** What `http.send` may do. */
export interface HttpPermission {
  /**
   * The hosts of requests, and of the redirects that they follow: names (`api.example.com`), addresses (`10.0.0.5`, `[::1]`), the names
   * below a domain (`*.example.com`) or all (`*`); each with `:` and a port, or for all ports. Only a host that is named exactly may have a
   * private address.
   */
  hosts: readonly string[];
  /** Longest body of a response, in bytes. Default: 1 MiB. */
  maxResponseBytes?: number;
  /** Most bytes of responses that are kept between evaluations, for requests with `cache` or `force_cache`. Default: 1 MiB; 0 keeps none. */
  cacheBytes?: number;
  /** The files that `tls_ca_cert_file`, `tls_client_cert_file` and `tls_client_key_file` may name. Default: none. */
  tlsFiles?: readonly string[];
  /** The environment variables that `tls_ca_cert_env_variable` and the like may name. Default: none. */
  tlsVariables?: readonly string[];
  /** Whether a request may set `tls_insecure_skip_verify`. Default: false. */
  insecureTls?: boolean;
}

/** The option `allow` as JSON text with the names of the crate, which checks the values. */
export function allowText(allow: Permissions): string {
  const { httpSend, lookupIpAddr, runtime } = optionsArgument(allow, ALLOW_FIELDS);
  const parts = snakeKeys({
    httpSend: httpSend && snakeKeys(optionsArgument(httpSend, HTTP_FIELDS)),
    lookupIpAddr: lookupIpAddr && optionsArgument(lookupIpAddr, { hosts: "object" }),
    runtime,
  });
  try {
    return jsonText(parts, "the option allow");
  } catch (error) {
    if (error instanceof InputError) throw new ArgumentError(error.message, { cause: error });
    throw error;
  }
}
