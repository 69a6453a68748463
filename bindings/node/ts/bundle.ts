import { ArgumentError } from "./errors.ts";
import { jsonText } from "./json.ts";

/** How {@link Engine.loadBundle} loads a bundle. */
export interface BundleOptions {
  /** The name under which the next version of the bundle replaces this one. Default: `bundle`. */
  name?: string;
  /** With which keys the bundle must be signed. Default: none, and then it may not be signed. */
  verification?: BundleVerification;
}

/** What the signature of a bundle must be like; an unsigned bundle is refused. */
export interface BundleVerification {
  /** The keys that may have signed it, by their ids. */
  keys: Readonly<Record<string, BundleKey>>;
  /** The id of the one key that must have signed it. Default: the one that the signature names. */
  keyId?: string;
  /** The scope that the signature must have. Default: that of the key, or none. */
  scope?: string;
  /**
   * Files whose hashes are not looked at, as patterns of Go's `filepath.Match` such as `docs/*.txt`. They are loaded all the same: name
   * none that a policy or its data is in.
   */
  exclude?: readonly string[];
}

/** A key that verifies bundles. */
export interface BundleKey {
  /** The one algorithm that it verifies; a signature does not choose. */
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
  /** The scope that what it signs must have. Default: none. */
  scope?: string;
}

/** A bundle that serves, as its manifest describes it. */
export interface LoadedBundle {
  /** The name that it was loaded under. */
  name: string;
  /** What its manifest calls its revision; empty where it says nothing. */
  revision: string;
  /** The paths below `data` that it owns, such as `authz/http`; the empty one is all of `data`. */
  roots: string[];
}

/** Options as the crate reads them, which checks them: JSON under its names. */
export function bundleOptionsText(options: BundleOptions): string {
  if (!isObject(options)) throw new ArgumentError("the options of a bundle must be an object");
  const { verification } = options;
  try {
    return jsonText(isObject(verification) ? { ...options, verification: snakeVerification(verification) } : options, "the options");
  } catch (error) {
    throw new ArgumentError(String((error as Error).message), { cause: error });
  }
}

/** The keys of `keys` are ids, which stay as they are. */
function snakeVerification({ keyId, ...verification }: BundleVerification): object {
  if ("key_id" in verification) throw new ArgumentError("there is no option key_id of a verification; write keyId");
  return { ...verification, key_id: keyId };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
