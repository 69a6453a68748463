import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ArgumentError, Engine, InputError, LimitError } from "../../ts/index.ts";

/** A bundle that OPA built; the cases of bindings/cases/engine/bundles.yaml have more. */
function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../../../crates/grid-opa/tests/it/bundles/${name}`, import.meta.url));
}

const HS256 = { verification: { keys: { default: { algorithm: "HS256", key: "secret" } }, keyId: "default" } } as const;

test("a bundle is loaded from a Buffer, a Uint8Array and shared memory", () => {
  const bytes = fixture("hs256.tar.gz");
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  for (const form of [bytes, new Uint8Array(bytes), shared, new Uint8Array([0, ...bytes, 0]).subarray(1, -1)]) {
    const engine = new Engine();
    engine.loadBundle(form, HS256);
    expect(engine.evaluate("data.authz.allow", { user: "ann" })).toBe(true);
    expect(engine.loadedBundles()).toStrictEqual([{ name: "bundle", revision: "r1", roots: ["authz", "users"] }]);
    expect(engine.removeBundle()).toBe(true);
    expect(engine.evaluate("data")).toEqual({});
  }
});

test("a bundle whose bytes are gone, before the call or by an option of it, is an ArgumentError", () => {
  const detach = ({ buffer }: Uint8Array) => {
    // An option may be read more than once.
    if (buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
  };
  const engine = new Engine();
  const gone = new Uint8Array(fixture("plain.tar.gz"));
  detach(gone);
  expect(() => engine.loadBundle(gone)).toThrow(ArgumentError);
  const bytes = new Uint8Array(fixture("plain.tar.gz"));
  const options = {
    get name(): string {
      detach(bytes);
      return "fleet";
    },
  };
  expect(() => engine.loadBundle(bytes, options)).toThrow(/lost its bytes/);
  expect(engine.loadedBundles()).toEqual([]);
});

test("shared memory is detected from the memory, and not from the claim of a caller", () => {
  const bytes = fixture("plain.tar.gz");
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  Object.defineProperties(shared, { buffer: { value: new ArrayBuffer(8) }, slice: { value: () => new Uint8Array() } });
  const engine = new Engine();
  engine.loadBundle(shared);
  expect(engine.loadedBundles().length).toBe(1);
});

test("bytes that are not a bundle are an InputError that changes nothing", () => {
  const engine = new Engine();
  engine.setData({ other: 1 });
  const { revision } = engine;
  for (const bytes of [new Uint8Array(), Buffer.from("text"), fixture("plain.tar.gz").subarray(0, -9), fixture("hs256.tar.gz")]) {
    expect(() => engine.loadBundle(bytes)).toThrow(InputError);
  }
  expect(() => engine.loadBundle(fixture("plain.tar.gz"), HS256)).toThrow("not signed");
  expect(engine.revision).toBe(revision);
});

test("a limit is named as it is spelled here", () => {
  const engine = new Engine({ maxBundleUnpackedBytes: 1000 });
  const call = () => engine.loadBundle(fixture("plain.tar.gz"));
  expect(call).toThrow(LimitError);
  expect(call).toThrow(expect.objectContaining({ option: "maxBundleUnpackedBytes", limit: 1000 }));
});

test.each([undefined, null, "text", 1, [1], new ArrayBuffer(8), new Float64Array(8), new DataView(new ArrayBuffer(8))])(
  "%o are no bytes",
  (bytes) => {
    expect(() => new Engine().loadBundle(bytes as never)).toThrow(ArgumentError);
  },
);

test.each([
  null,
  "name",
  [],
  { nam: "x" },
  { name: 1 },
  { name: "" },
  { name: "\ud800" },
  { name: () => "x" },
  { verification: [] },
  { verification: {} },
  { verification: { keys: {}, key_id: "x" } },
  { verification: { keys: {}, keyid: "x" } },
  { verification: { keys: { k: { algorithm: "none", key: "x" } } } },
  { verification: { keys: { k: { algorithm: "HS256", key: 1 } } } },
  { verification: { keys: { k: { algorithm: "HS256", key: "x" } }, exclude: "x" } },
])("%o are not options", (options) => {
  expect(() => new Engine().loadBundle(fixture("plain.tar.gz"), options as never)).toThrow(ArgumentError);
});

test("options that are undefined are left out, and errors name them as they are spelled here", () => {
  const engine = new Engine();
  engine.loadBundle(fixture("plain.tar.gz"), { name: undefined, verification: undefined } as never);
  expect(engine.removeBundle("bundle")).toBe(true);
  expect(() => engine.removeBundle(1 as never)).toThrow(ArgumentError);
  const verification = { keys: { k: { algorithm: "HS256", key: "x" } }, keyid: "k" };
  expect(() => engine.loadBundle(fixture("plain.tar.gz"), { verification } as never)).toThrow("keyId");
});
