import { ArgumentError } from "./errors.ts";
import { jsonText } from "./json.ts";

/** How {@link Engine.loadBundle} loads a bundle. */
export interface BundleOptions {
  /** The name under which the next version of the bundle replaces this one. Default: `bundle`. */
  name?: string;
  /** The keys that must have signed the bundle. Default: none; the bundle must then be unsigned. */
  verification?: BundleVerification;
}

/** Requirements for the signature of a bundle; an unsigned bundle is refused. */
export interface BundleVerification {
  /** The keys that may have signed it, by their ids. */
  keys: Readonly<Record<string, BundleKey>>;
  /** The id of the key that must have signed it. Default: the key that the signature names. */
  keyId?: string;
  /** The scope that the signature must have. Default: the scope of the key, or none. */
  scope?: string;
  /**
   * Files whose hashes are not checked, as patterns of Go's `filepath.Match` such as `docs/*.txt`. They are loaded anyway: do not name
   * files of policies or data.
   */
  exclude?: readonly string[];
}

/** A key that verifies bundles. */
export interface BundleKey {
  /** The one algorithm that it verifies; a signature cannot choose another. */
  algorithm:
    | "HS256"
    | "HS384"
    | "HS512"
    | "RS256"
    | "RS384"
    | "RS512"
    | "PS256"
    | "PS384"
    | "PS512"
    | "ES256"
    | "ES384"
    | "ES512"
    | "EdDSA";
  /** A secret for HS*, else a public key or certificate in PEM. */
  key: string;
  /** The scope that its signatures must have. Default: none. */
  scope?: string;
}

/** A loaded bundle, as its manifest describes it. */
export interface LoadedBundle {
  /** The name under which it was loaded. */
  name: string;
  /** The revision in its manifest; empty if it has none. */
  revision: string;
  /** The paths below `data` that it owns, such as `authz/http`; the empty path is all of `data`. */
  roots: string[];
}

/** Options as JSON text under the names of the crate, which checks them. */
export function bundleOptionsText(options: BundleOptions): string {
  if (!isObject(options)) throw new ArgumentError("the options of a bundle must be an object");
  const { verification } = options;
  try {
    return jsonText(isObject(verification) ? { ...options, verification: snakeVerification(verification) } : options, "the options");
  } catch (error) {
    throw new ArgumentError(String((error as Error).message), { cause: error });
  }
}

/** The keys of `keys` are ids, which do not change. */
function snakeVerification({ keyId, ...verification }: BundleVerification): object {
  if ("key_id" in verification) throw new ArgumentError("there is no option key_id of a verification; write keyId");
  return { ...verification, key_id: keyId };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
