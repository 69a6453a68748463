// Keys and signatures for apt. The library needs no gpg on the machine, reads what gpg exports, and signs without random numbers.
import type { PrivateKey } from "openpgp";

/** The library takes a tenth of a second to load, and only feeds need it. */
const load = () => import("openpgp");

/** The text of a new secret key, without a password. gpgv of Debian 12 knows Ed25519 only in its first form. */
export async function newOpenpgpSecret(name: string): Promise<string> {
  const { generateKey } = await load();
  const { privateKey } = await generateKey({ type: "ecc", curve: "ed25519Legacy", userIDs: [{ name }], subkeys: [], format: "armored" });
  return privateKey;
}

/** Reads the text of a secret key. */
export async function readOpenpgpSecret(text: string): Promise<PrivateKey> {
  const { readPrivateKey } = await load();
  const key = await readPrivateKey({ armoredKey: text });
  if (!key.isDecrypted()) throw new TypeError("it has a password: export it without one, for example into the secrets of your CI");
  return key;
}

/** The public key of a secret one, in ASCII. */
export function openpgpPublic(key: PrivateKey): string {
  return key.toPublic().armor();
}

/** A text with its signature (RFC 9580, section 7). The same text, key and date give the same bytes. */
export async function clearSign(text: string, key: PrivateKey, date: Date): Promise<string> {
  const { createCleartextMessage, sign } = await load();
  // A key signs nothing before its own time, but a date of SOURCE_DATE_EPOCH may be older than the key.
  const time = new Date(Math.max(date.getTime(), key.getCreationTime().getTime()));
  return sign({
    message: await createCleartextMessage({ text }),
    signingKeys: key,
    date: time,
    config: { nonDeterministicSignaturesViaNotation: false },
  });
}
