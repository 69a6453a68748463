// The keys that sign and verify the bundles of `opa build`.
import { generateKeyPairSync } from "node:crypto";

/** A bundle in base64, and the key that verifies its signature. */
export type SignedBundle = { bytes: string; key: BundleKey };
/** `key` is a secret for HS256, else a public key in PEM. */
export type BundleKey = { algorithm: "HS256" | "RS256" | "ES256"; key: string };
/** `signingKey` is a secret, or a private key in PEM. */
export type Signer = BundleKey & { signingKey: string };

export const SIGNERS = newSigners("a secret of the corpus");
const OTHERS = newSigners("another secret");

function newSigners(secret: string): Signer[] {
  return [{ algorithm: "HS256", signingKey: secret, key: secret }, newSigner("RS256"), newSigner("ES256")];
}

function newSigner(algorithm: "RS256" | "ES256"): Signer {
  const { privateKey, publicKey } =
    algorithm === "RS256" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    algorithm,
    signingKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    key: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** The options with which Grid loads a bundle. */
export function verifiedBy({ algorithm, key }: BundleKey): object {
  return { verification: { keys: { corpus: { algorithm, key } }, keyId: "corpus" } };
}

/** A key that has not signed the bundle. */
export function otherKey({ algorithm }: BundleKey): BundleKey {
  return { algorithm, key: (OTHERS.find((other) => other.algorithm === algorithm) as Signer).key };
}
