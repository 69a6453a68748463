// Calls on tokens, certificates and hashes.
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { certificate, newKey, pem } from "../limits/cases/builtins/certificates.ts";
import { type Call, callOf, items, literal } from "./call.ts";

const jwt = callOf("jwt");
const x509 = callOf("x509");
const hash = callOf("crypto");

const base64url = (text: string) => Buffer.from(text).toString("base64url");
const parts = (alg: string, index: number) =>
  `${base64url(JSON.stringify({ alg, typ: "JWT" }))}.${base64url(JSON.stringify({ iss: "a", sub: `user-${index}`, scope: ["read", "write"], n: index }))}`;
const shared = items((index) => {
  const text = parts("HS256", index);
  return `${text}.${createHmac("sha256", "secret").update(text).digest("base64url")}`;
});
const signed = (alg: string, hashName: string | null, key: KeyObject) =>
  items((index) => {
    const text = parts(alg, index);
    return `${text}.${sign(hashName, Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  }, 10);
const publicPem = (key: KeyObject) => literal(key.export({ type: "spki", format: "pem" }));
const [rsa, ed, ec] = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("ed25519"), newKey()];
const rsaJwk = literal(rsa.privateKey.export({ format: "jwk" }));
const ecJwk = literal(ec.privateKey.export({ format: "jwk" }));

const authority = newKey();
const root = certificate({ subject: "root", issuer: "root", key: authority, issuerKey: authority });
const leaves = items(
  (index) => certificate({ subject: `leaf-${index}`, issuer: "root", key: ec, issuerKey: authority, serial: index + 2 }),
  10,
);
const texts = items((index) => `${index} ${"text ".repeat(200)}`);

export const SECURITY: Call[] = [
  jwt("io.jwt.decode", "io.jwt.decode(t)", shared),
  jwt("io.jwt.verify_hs256", 'io.jwt.verify_hs256(t, "secret")', shared),
  jwt("io.jwt.decode_verify, HS256", 'io.jwt.decode_verify(t, {"secret": "secret", "iss": "a"})', shared),
  jwt("io.jwt.verify_rs256", `io.jwt.verify_rs256(t, ${publicPem(rsa.publicKey)})`, signed("RS256", "sha256", rsa.privateKey)),
  jwt("io.jwt.verify_es256", `io.jwt.verify_es256(t, ${publicPem(ec.publicKey)})`, signed("ES256", "sha256", ec.privateKey)),
  jwt("io.jwt.verify_eddsa", `io.jwt.verify_eddsa(t, ${publicPem(ed.publicKey)})`, signed("EdDSA", null, ed.privateKey)),
  jwt("io.jwt.encode_sign, HS256", 'io.jwt.encode_sign({"alg": "HS256"}, {"sub": t}, {"kty": "oct", "k": "c2VjcmV0"})', texts),
  jwt("io.jwt.encode_sign, RS256", `io.jwt.encode_sign({"alg": "RS256"}, {"sub": t}, ${rsaJwk})`, texts.slice(0, 5)),
  jwt("io.jwt.encode_sign, ES256", `io.jwt.encode_sign({"alg": "ES256"}, {"sub": t}, ${ecJwk})`, texts.slice(0, 5)),
  x509(
    "crypto.x509.parse_certificates",
    "crypto.x509.parse_certificates(t)",
    leaves.map((leaf) => pem("CERTIFICATE", leaf)),
  ),
  x509(
    "crypto.x509.parse_and_verify_certificates",
    "crypto.x509.parse_and_verify_certificates(t)",
    leaves.map((leaf) => pem("CERTIFICATE", root, leaf)),
  ),
  x509(
    "crypto.parse_private_keys",
    "crypto.parse_private_keys(t)",
    items(() => rsa.privateKey.export({ type: "pkcs8", format: "pem" }), 5),
  ),
  hash("crypto.md5", "crypto.md5(t)", texts),
  hash("crypto.sha256", "crypto.sha256(t)", texts),
  hash("crypto.hmac.sha256", 'crypto.hmac.sha256(t, "secret")', texts),
  hash("crypto.hmac.sha512", 'crypto.hmac.sha512(t, "secret")', texts),
  hash(
    "providers.aws.sign_req",
    'providers.aws.sign_req({"method": "get", "url": concat("", ["https://a.s3.amazonaws.com/", t])}, {"aws_access_key": "a", "aws_secret_access_key": "b", "aws_service": "s3", "aws_region": "us-east-1"}, 1)',
    items((index) => `key-${index}`),
  ),
];
