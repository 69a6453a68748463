import { expect, test } from "vitest";
import { ROWS } from "../audit/decode/a64/table.ts";
import { featureNames } from "./feature-names.ts";
import { loadRegistry } from "./read-registry.ts";

const registry = loadRegistry();
const nameOf = featureNames(registry);

test("a feature has its name, the version that began it, if one did, and boards that have it", () => {
  expect(nameOf("aarch64", "lse")).toBe("LSE atomics, which begin with ARMv8.1; pi-5 and pi-500 have them");
  expect(nameOf("aarch64", "sve")).toBe("vector instructions of SVE, which begin with ARMv8.2");
  expect(nameOf("x86_64", "xop")).toBe("the feature xop");
});

test("every feature of the CPUs and of the decoder of AArch64 has a name", () => {
  const ofCpus = [...registry.cpus.values()].flatMap(({ arch, features, aarch32 }) => [
    ...features.map((feature) => [arch, feature] as const),
    ...(aarch32 ?? []).map((feature) => ["arm", feature] as const),
  ]);
  const ofDecoder = ROWS.map(([, , feature]) => ["aarch64", feature] as const);
  const unnamed = [...ofCpus, ...ofDecoder].filter(([arch, feature]) => nameOf(arch, feature).startsWith("the feature "));
  expect(unnamed.map((one) => one.join(" "))).toEqual([]);
});
