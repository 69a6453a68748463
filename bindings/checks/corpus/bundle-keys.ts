// The keys that sign and verify the bundles of `opa build`.
import { generateKeyPairSync } from "node:crypto";

/** A bundle in base64, the key that verifies its signature, and another key for the same algorithm. */
export type SignedBundle = { bytes: string; key: BundleKey; otherKey: BundleKey };
/** `key` is a secret for HS256, else a public key in PEM. */
export type BundleKey = { algorithm: "HS256" | "RS256" | "ES256"; key: string };
/** `signingKey` is a secret, or a private key in PEM. */
type Signer = { signingKey: string; key: BundleKey };

/** Two signers for each algorithm, of which only the first signs. */
export function newSigners(): [Signer, Signer][] {
  return [
    [secret("a secret of the corpus"), secret("another secret")],
    [newPair("RS256"), newPair("RS256")],
    [newPair("ES256"), newPair("ES256")],
  ];
}

function secret(text: string): Signer {
  return { signingKey: text, key: { algorithm: "HS256", key: text } };
}

function newPair(algorithm: "RS256" | "ES256"): Signer {
  const { privateKey, publicKey } =
    algorithm === "RS256" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    signingKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    key: { algorithm, key: publicKey.export({ type: "spki", format: "pem" }).toString() },
  };
}

/** The options with which Grid loads a bundle. */
export function verifiedBy({ algorithm, key }: BundleKey): object {
  return { verification: { keys: { corpus: { algorithm, key } }, keyId: "corpus" } };
}
