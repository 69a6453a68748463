import { createPublicKey, verify } from "node:crypto";
import { expect, test } from "vitest";
import { newSecretText, publicText, readPublic, readSecret, signatureText, verifySignature } from "./usign.ts";

/** Made by `usign -G -s secret -p public`; the signature by `usign -S` of a file with the text "soup". */
const USIGN = {
  secret:
    "untrusted comment: private key 46acf63eed0b8b93\n" +
    "RWRCSwAAAABslSYeHUP6wvFrlW2CfT7T/JKR+9DdRPtGrPY+7QuLk1CXB8Xn7PKybk4Vtf2YWBn25k5j5dWxYjhuTU2raM1wopOuyCVuh1cE4vLUghU2V97fO7VSiksPnGCKBpa1KXs=\n",
  public: "untrusted comment: public key 46acf63eed0b8b93\nRWRGrPY+7QuLk6KTrsglbodXBOLy1IIVNlfe3zu1UopLD5xgigaWtSl7\n",
  signature:
    "untrusted comment: signed by key 46acf63eed0b8b93\n" +
    "RWRGrPY+7QuLk7HFCOUfNC7IooHbIizgG2OAk7gAYPhB9uqdi4cSD78ZhGuWxwlpM92AZ1li0LIIYFrHBDQjbYYpIMVXzVXrPgg=\n",
};

const bytesOf = (text: string) => Buffer.from(text.split("\n")[1] ?? "", "base64");

test("a signature is one of Ed25519 by the public key, with the id of the key", () => {
  const key = readSecret(newSecretText());
  const [publicKey, signature] = [bytesOf(publicText(key)), bytesOf(signatureText(Buffer.from("Package: menu\n"), key))];
  expect([publicKey.length, signature.length]).toEqual([42, 74]);
  expect([publicKey.toString("latin1", 0, 2), signature.toString("latin1", 0, 2)]).toEqual(["Ed", "Ed"]);
  expect(publicKey.subarray(2, 10)).toEqual(signature.subarray(2, 10));
  const jwk = { kty: "OKP", crv: "Ed25519", x: publicKey.subarray(10).toString("base64url") };
  const isGood = (text: string) => verify(null, Buffer.from(text), createPublicKey({ key: jwk, format: "jwk" }), signature.subarray(10));
  expect([isGood("Package: menu\n"), isGood("Package: menu")]).toEqual([true, false]);
});

test("with a key of usign itself the texts are those of usign", () => {
  const key = readSecret(USIGN.secret);
  expect(publicText(key)).toBe(USIGN.public);
  expect(signatureText(Buffer.from("soup\n"), key)).toBe(USIGN.signature);
});

test("a signature of usign itself is verified by its public key, for these bytes only", () => {
  const key = readPublic(USIGN.public);
  expect(verifySignature(Buffer.from("soup\n"), USIGN.signature, key)).toBe("good");
  expect(verifySignature(Buffer.from("soup"), USIGN.signature, key)).toBe("wrong");
  const other = signatureText(Buffer.from("soup\n"), readSecret(newSecretText()));
  expect(verifySignature(Buffer.from("soup\n"), other, key)).toBe("of another key");
  expect(() => verifySignature(Buffer.from("soup\n"), USIGN.public, key)).toThrow(/no signature of usign/);
  expect(() => readPublic(USIGN.signature)).toThrow(/no public key of usign/);
});

/** The text of a secret key with a changed byte. */
function changed(at: number): string {
  const bytes = bytesOf(newSecretText());
  bytes[at] = (bytes[at] ?? 0) + 1;
  return `untrusted comment: changed\n${bytes.toString("base64")}\n`;
}

test.each([
  ["of another algorithm", changed(0), /no secret key of usign/],
  ["that is cut off", newSecretText().slice(0, 100), /no secret key of usign/],
  ["with a password", changed(7), /has a password/],
  ["that is changed", changed(50), /checksum is wrong/],
])("a key %s is an error", (_name, text, message) => {
  expect(() => readSecret(text)).toThrow(message);
});
