// Keys and signatures of usign, OpenWrt's signify: Ed25519 (https://git.openwrt.org/project/usign.git).
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

export type UsignKey = {
  /** Names the key: in a signature, and as its file in /etc/opkg/keys. */
  id: Buffer;
  secret: KeyObject;
  /** Raw, 32 bytes. */
  public: Buffer;
};

const ALGORITHM = "Ed";
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
export function publicText(key: UsignKey): string {
  return textOf(`public key ${key.id.toString("hex")}`, Buffer.concat([Buffer.from(ALGORITHM), key.id, key.public]));
}

/** The text of a signature of bytes. */
export function signatureText(bytes: Uint8Array, key: UsignKey): string {
  const signature = sign(null, bytes, key.secret);
  return textOf(`signed by key ${key.id.toString("hex")}`, Buffer.concat([Buffer.from(ALGORITHM), key.id, signature]));
}

function textOf(comment: string, bytes: Buffer): string {
  return `untrusted comment: ${comment}\n${bytes.toString("base64")}\n`;
}
