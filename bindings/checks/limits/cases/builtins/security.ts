// Hostile certificates, keys, tokens and hashes.
import { createHash } from "node:crypto";
import { type Cases, fields, list, nested, range, value } from "../case.ts";
import { certificate, hostNames, integer, newKey, pem, sequence, unknownExtension } from "./certificates.ts";

const CERTIFICATE = "CERTIFICATE";
const [key, other] = [newKey(), newKey()];
const authority = (subject: string, issuer: string, serial = 1) => certificate({ subject, issuer, key, issuerKey: key, serial });
const self = authority("a", "a");

const base64url = (text: string | Buffer) => Buffer.from(text).toString("base64url");
/** An odd number of a length in bits; it is the same in each run. */
function oddNumber(bits: number, seed: string): bigint {
  const blocks = list(bits / 256, (index) => createHash("sha256").update(`${seed} ${index}`).digest("hex"));
  return BigInt(`0x${blocks.join("")}`) | (1n << BigInt(bits - 1)) | 1n;
}
const bytesOf = (number: bigint) => {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
};
const large = { p: oddNumber(16_384, "p"), q: oddNumber(16_384, "q") };
/** The numbers of an RSA key of 32,768 bits; its factors are no primes. */
const rsaNumbers = [
  0n,
  large.p * large.q,
  65_537n,
  oddNumber(32_768, "d"),
  large.p,
  large.q,
  ...[1, 2, 3].map((part) => oddNumber(16_384, `${part}`)),
];
const rsaJwk = (n: bigint, e = 65_537n) => ({ kty: "RSA", n: base64url(bytesOf(n)), e: base64url(bytesOf(e)) });

const x509: Cases = {
  "certificates, many": value("count(crypto.x509.parse_certificates(input.t))", { t: pem(CERTIFICATE, ...list(1800, () => self)) }),
  "certificates, many of one file": value("count(crypto.x509.parse_certificates(input.t))", {
    t: Buffer.concat(list(1800, () => self)).toString("base64"),
  }),
  "certificate of many names": value("crypto.x509.parse_certificates(input.t)", {
    t: pem(
      CERTIFICATE,
      certificate({ subject: "a", issuer: "a", key, issuerKey: key, extensions: [hostNames(list(40_000, (index) => `h${index}.de`))] }),
    ),
  }),
  "certificate of a long name": value("crypto.x509.parse_certificates(input.t)", {
    t: pem(CERTIFICATE, authority("a".repeat(300_000), "a".repeat(200_000))),
  }),
  "certificate of many extensions": value("crypto.x509.parse_certificates(input.t)", {
    t: pem(
      CERTIFICATE,
      certificate({ subject: "a", issuer: "a", key, issuerKey: key, extensions: list(30_000, (index) => unknownExtension(index + 1)) }),
    ),
  }),
  "certificate that nests": value("crypto.x509.parse_certificates(input.t)", {
    t: pem(
      CERTIFICATE,
      list(20_000, () => 0).reduce<Buffer>((inner) => sequence(inner), Buffer.alloc(0)),
    ),
  }),
  "certificates, a long chain": value("crypto.x509.parse_and_verify_certificates(input.t)", {
    t: pem(
      CERTIFICATE,
      authority("r", "r"),
      ...list(1500, (index) => authority(`c${index}`, index === 0 ? "r" : `c${index - 1}`)),
      authority("leaf", "c1499"),
    ),
  }),
  "certificates, chains that double": value("crypto.x509.parse_and_verify_certificates(input.t)", {
    t: pem(
      CERTIFICATE,
      certificate({ subject: "r", issuer: "r", key: other, issuerKey: other }),
      // Each level has two certificates, which both signed both of the next level.
      ...list(200, (index) =>
        certificate({ subject: `c${index >> 1}`, issuer: `c${(index >> 1) + 1}`, key, issuerKey: key, serial: index + 1 }),
      ),
      authority("leaf", "c0"),
    ),
  }),
  "certificates, verified many times": value(
    `count([1 | some i in ${range(10_000)}; crypto.x509.parse_and_verify_certificates(input.t)])`,
    { t: pem(CERTIFICATE, self, authority("leaf", "a", 2)) },
  ),
  "crypto.x509.parse_certificate_request": value("crypto.x509.parse_certificate_request(input.t)", {
    t: pem(
      "CERTIFICATE REQUEST",
      certificate({ subject: "a", issuer: "a", key, issuerKey: key, extensions: [hostNames(list(40_000, () => "a.de"))] }),
    ),
  }),
  "crypto.x509.parse_keypair": value("crypto.x509.parse_keypair(input.c, input.k)", {
    c: pem(CERTIFICATE, ...list(900, () => self)),
    k: pem("PRIVATE KEY", ...list(900, () => key.privateKey.export({ type: "pkcs8", format: "der" }))),
  }),
  "PEM of many headers": value("crypto.x509.parse_certificates(input.t)", {
    t: `-----BEGIN CERTIFICATE-----\n${"A: b\n".repeat(150_000)}`,
  }),
  "PEM of many beginnings": value("crypto.x509.parse_certificates(input.t)", { t: "-----BEGIN CERTIFICATE-----\n".repeat(30_000) }),
};

const keys: Cases = {
  "crypto.parse_private_keys, many": value("count(crypto.parse_private_keys(input.t))", {
    t: pem("PRIVATE KEY", ...list(3000, () => key.privateKey.export({ type: "pkcs8", format: "der" }))),
  }),
  "crypto.parse_private_keys of many bits": value("count(crypto.parse_private_keys(input.t))", {
    t: pem("RSA PRIVATE KEY", sequence(...rsaNumbers.map(integer))),
  }),
  "crypto.parse_private_keys of long numbers": value("count(crypto.parse_private_keys(input.t))", {
    t: pem("RSA PRIVATE KEY", sequence(...[0n, ...list(8, (index) => oddNumber(512_000, `long ${index}`))].map(integer))),
  }),
  "crypto.x509.parse_rsa_private_key of many bits": value("crypto.x509.parse_rsa_private_key(input.t)", {
    t: pem("RSA PRIVATE KEY", sequence(...rsaNumbers.map(integer))),
  }),
};

const token = (header: object, payload: object, signature = "AAAA") =>
  [base64url(JSON.stringify(header)), base64url(JSON.stringify(payload)), signature].join(".");
const keySet = (count: number, of: (index: number) => object) => JSON.stringify({ keys: list(count, of) });
const ecJwk = { ...key.publicKey.export({ format: "jwk" }) };
const signatureOf = (bytes: number) => base64url(Buffer.alloc(bytes, 1));

const tokens: Cases = {
  "io.jwt.decode of a long token": value("count(io.jwt.decode(input.t))", {
    t: token({ alg: "HS256" }, { l: list(100_000, (index) => index) }),
  }),
  "io.jwt.decode of many parts": value("io.jwt.decode(input.t)", { t: "e30.".repeat(200_000) }),
  "io.jwt.decode of brackets": value("io.jwt.decode(input.t)", { t: `${base64url(nested(300_000, "[", "]"))}.e30.AAAA` }),
  "io.jwt.decode of a token in a token": value("io.jwt.decode(input.t)", {
    t: list(30, () => 0).reduce((inner) => [base64url('{"alg":"HS256","cty":"JWT"}'), base64url(inner), "AAAA"].join("."), "e30.e30.AAAA"),
  }),
  "io.jwt.verify_es256, many keys": value("io.jwt.verify_es256(input.t, input.k)", {
    t: token({ alg: "ES256" }, {}, signatureOf(64)),
    k: keySet(5000, () => ecJwk),
  }),
  "io.jwt.verify_rs256, many keys": value("io.jwt.verify_rs256(input.t, input.k)", {
    t: token({ alg: "RS256" }, {}, signatureOf(256)),
    k: keySet(1500, (index) => rsaJwk(oddNumber(2048, `n${index}`))),
  }),
  "io.jwt.verify_rs256, a key of many bits": value("io.jwt.verify_rs256(input.t, input.k)", {
    t: token({ alg: "RS256" }, {}, signatureOf(4096)),
    k: keySet(1, () => rsaJwk(oddNumber(32_768, "n"))),
  }),
  "io.jwt.verify_rs256, a large exponent": value("io.jwt.verify_rs256(input.t, input.k)", {
    t: token({ alg: "RS256" }, {}, signatureOf(256)),
    k: keySet(1, () => rsaJwk(oddNumber(2048, "n"), oddNumber(2048, "e"))),
  }),
  "io.jwt.decode_verify, many keys": value('io.jwt.decode_verify(input.t, {"cert": input.k})', {
    t: token({ alg: "ES256" }, {}, signatureOf(64)),
    k: keySet(5000, () => ecJwk),
  }),
  "io.jwt.verify_es256, many certificates": value("io.jwt.verify_es256(input.t, input.k)", {
    t: token({ alg: "ES256" }, {}, signatureOf(64)),
    k: pem(CERTIFICATE, ...list(1800, () => self)),
  }),
  "io.jwt.verify_hs256, many": value(`count([1 | some i in ${range(100_000)}; io.jwt.verify_hs256(input.t, input.k)])`, {
    t: token({ alg: "HS256" }, { t: "a".repeat(10_000) }),
    k: "secret",
  }),
  "io.jwt.encode_sign of a large payload": value('count(io.jwt.encode_sign({"alg": "HS256"}, input.p, {"kty": "oct", "k": "c2VjcmV0"}))', {
    p: fields(30_000, (index) => [`k${index}`, index]),
  }),
  "io.jwt.encode_sign, a key of many bits": value('count(io.jwt.encode_sign({"alg": "RS256"}, {}, input.k))', {
    k: {
      ...rsaJwk(large.p * large.q),
      d: base64url(bytesOf(oddNumber(32_768, "d"))),
      p: base64url(bytesOf(large.p)),
      q: base64url(bytesOf(large.q)),
    },
  }),
};

const hashes: Cases = {
  "crypto.sha256, many": value(`count([h | some i in ${range(100_000)}; h := crypto.sha256(input.t)])`, { t: "a".repeat(100_000) }),
  "crypto.md5, many": value(`count([h | some i in ${range(100_000)}; h := crypto.md5(input.t)])`, { t: "a".repeat(100_000) }),
  "crypto.hmac.sha512, many": value(`count([h | some i in ${range(100_000)}; h := crypto.hmac.sha512(input.t, input.t)])`, {
    t: "a".repeat(100_000),
  }),
  "crypto.hmac.equal, many": value(`count([1 | some i in ${range(100_000)}; crypto.hmac.equal(input.t, input.t)])`, {
    t: "a".repeat(100_000),
  }),
  "providers.aws.sign_req": value("count(providers.aws.sign_req(input.r, input.c, 1))", {
    r: {
      method: "get",
      url: "https://a.s3.amazonaws.com/",
      headers: fields(15_000, (index) => [`h${index}`, "a  b"]),
      body: fields(10_000, (index) => [`k${index}`, index]),
    },
    c: { aws_access_key: "a", aws_secret_access_key: "b", aws_service: "s3", aws_region: "us-east-1" },
  }),
};

export const security: Cases = { ...x509, ...keys, ...tokens, ...hashes };
