// Certificates and keys as DER and PEM: as much of X.509 as hostile ones need.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A key pair on the curve P-256; signatures of it are quick. */
export type KeyPair = { publicKey: KeyObject; privateKey: KeyObject };
export const newKey = (): KeyPair => generateKeyPairSync("ec", { namedCurve: "P-256" });

export type CertificateParts = {
  subject: string;
  issuer: string;
  key: KeyPair;
  issuerKey: KeyPair;
  serial?: number;
  /** Extensions as DER, in addition to those of an authority. */
  extensions?: Buffer[];
};

const [INTEGER, BITS, BYTES, OID, UTF8, UTC_TIME, SEQUENCE, SET] = [0x02, 0x03, 0x04, 0x06, 0x0c, 0x17, 0x30, 0x31] as const;
const BOOLEAN_TRUE = Buffer.from([0x01, 0x01, 0xff]);
const ECDSA_SHA256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2));

/** A DER value of a tag. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

export function sequence(...parts: Buffer[]): Buffer {
  return der(SEQUENCE, ...parts);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
}

function oid(first: number, second: number, ...rest: number[]): Buffer {
  const bytes = rest.flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return der(OID, Buffer.from([first * 40 + second, ...bytes]));
}

/** A positive number. */
export function integer(number: bigint): Buffer {
  const hex = number.toString(16);
  const even = hex.padStart(hex.length + (hex.length % 2), "0");
  return der(INTEGER, Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex"));
}

function name(common: string): Buffer {
  return sequence(der(SET, sequence(oid(2, 5, 4, 3), der(UTF8, Buffer.from(common)))));
}

/** An extension of the arc 2.5.29. */
function extension(id: number, value: Buffer, isCritical = false): Buffer {
  return sequence(oid(2, 5, 29, id), ...(isCritical ? [BOOLEAN_TRUE] : []), der(BYTES, value));
}

/** The names of a host, as an extension. */
export function hostNames(names: string[]): Buffer {
  return extension(17, sequence(...names.map((host) => der(0x82, Buffer.from(host)))));
}

/** An extension that no program knows. */
export function unknownExtension(id: number): Buffer {
  return sequence(oid(1, 3, 6, 1, 4, 1, id), der(BYTES, Buffer.from([0])));
}

/** The DER of a certificate of an authority. */
export function certificate({ subject, issuer, key, issuerKey, serial = 1, extensions = [] }: CertificateParts): Buffer {
  const time = (text: string) => der(UTC_TIME, Buffer.from(text));
  const signed = sequence(
    der(0xa0, integer(2n)),
    integer(BigInt(serial)),
    ECDSA_SHA256,
    name(issuer),
    sequence(time("200101000000Z"), time("491231000000Z")),
    name(subject),
    key.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extension(19, sequence(BOOLEAN_TRUE), true), ...extensions)),
  );
  return sequence(signed, ECDSA_SHA256, der(BITS, Buffer.from([0]), sign("sha256", signed, issuerKey.privateKey)));
}

export function pem(label: string, ...values: Buffer[]): string {
  return values.map((one) => `-----BEGIN ${label}-----\n${one.toString("base64")}\n-----END ${label}-----\n`).join("");
}
