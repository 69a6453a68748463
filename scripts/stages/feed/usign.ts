// Keys and signatures of usign, OpenWrt's signify: Ed25519 (https://git.openwrt.org/project/usign.git).
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify, type KeyObject } from "node:crypto";

/** What verifies signatures. */
export type UsignPublic = Pick<UsignKey, "id" | "public">;

export type UsignKey = {
  /** Names the key: in a signature, and as its file in /etc/opkg/keys. */
  id: Buffer;
  secret: KeyObject;
  /** Raw, 32 bytes. */
  public: Buffer;
};

const ALGORITHM = "Ed";
/** Algorithm and key id, in front of a public key and of a signature. */
const HEAD_BYTES = 2 + 8;
/** Algorithm, name of the key derivation and its rounds, salt, checksum, key id, seed with public key. */
const SECRET_BYTES = 2 + 2 + 4 + 16 + 8 + 8 + 64;
/** ASN.1 around a seed: RFC 8410, section 7. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The text of a new secret key; it has no password, as usign knows none. */
export function newSecretText(): string {
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const secret = Buffer.concat([Buffer.from(d, "base64url"), Buffer.from(x, "base64url")]);
  const id = randomBytes(8);
  const checksum = createHash("sha512").update(secret).digest().subarray(0, 8);
  const bytes = Buffer.concat([Buffer.from(`${ALGORITHM}BK`), Buffer.alloc(4), randomBytes(16), checksum, id, secret]);
  return textOf(`private key ${id.toString("hex")}`, bytes);
}

/** Reads the text of a secret key, also of one that usign has made. */
export function readSecret(text: string): UsignKey {
  const bytes = Buffer.from(text.split("\n")[1] ?? "", "base64");
  if (bytes.length !== SECRET_BYTES || bytes.toString("latin1", 0, 2) !== ALGORITHM) throw new TypeError("it is no secret key of usign");
  if (bytes.readUInt32BE(4) !== 0) throw new TypeError("it has a password, which usign does not know either");
  const [checksum, id, secret] = [bytes.subarray(24, 32), bytes.subarray(32, 40), bytes.subarray(40)];
  if (!createHash("sha512").update(secret).digest().subarray(0, 8).equals(checksum)) throw new TypeError("its checksum is wrong");
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret.subarray(0, 32)]), format: "der", type: "pkcs8" });
  return { id, secret: key, public: secret.subarray(32) };
}

/** The text of the public key. */
export function publicText(key: UsignPublic): string {
  return textOf(`public key ${key.id.toString("hex")}`, Buffer.concat([Buffer.from(ALGORITHM), key.id, key.public]));
}

/** The text of a signature of bytes. */
export function signatureText(bytes: Uint8Array, key: UsignKey): string {
  const signature = sign(null, bytes, key.secret);
  return textOf(`signed by key ${key.id.toString("hex")}`, Buffer.concat([Buffer.from(ALGORITHM), key.id, signature]));
}

/** Reads the text of a public key, as usign and signify write it. */
export function readPublic(text: string): UsignPublic {
  const { id, rest } = readHead(text, "public key", 32);
  return { id, public: rest };
}

/** Verifies the text of a signature of bytes. */
export function verifySignature(bytes: Uint8Array, text: string, key: UsignPublic): "good" | "wrong" | "of another key" {
  const { id, rest } = readHead(text, "signature", 64);
  if (!id.equals(key.id)) return "of another key";
  const jwk = { kty: "OKP", crv: "Ed25519", x: key.public.toString("base64url") };
  return verify(null, bytes, createPublicKey({ key: jwk, format: "jwk" }), rest) ? "good" : "wrong";
}

function readHead(text: string, what: string, length: number): { id: Buffer; rest: Buffer } {
  const bytes = Buffer.from(text.split("\n")[1] ?? "", "base64");
  if (bytes.length !== HEAD_BYTES + length || bytes.toString("latin1", 0, 2) !== ALGORITHM)
    throw new TypeError(`it is no ${what} of usign`);
  return { id: bytes.subarray(2, HEAD_BYTES), rest: bytes.subarray(HEAD_BYTES) };
}

function textOf(comment: string, bytes: Buffer): string {
  return `untrusted comment: ${comment}\n${bytes.toString("base64")}\n`;
}
