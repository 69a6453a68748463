// Units as signed bundles of `opa build`.
import { isDeepStrictEqual } from "node:util";
import type { OpaError, Oracle, Source } from "../opa/oracle.ts";
import type { newSigners } from "./bundle-keys.ts";
import type { OpaTest, OpaUnit } from "./opa-side.ts";

type Built = { bundle?: string; sources?: Source[]; errors?: OpaError[]; error?: string };

/** The unit as `opa build` packs it, with OPA's results for its tests there; or why `opa build` makes no bundle of it. */
export async function bundleOf(
  unit: OpaUnit,
  signers: ReturnType<typeof newSigners>,
  oracle: Oracle,
): Promise<OpaUnit | { unbuilt: string }> {
  const { version, data, sampleData } = unit;
  if (version === "auto") return { unbuilt: "its files are of both versions" };
  const [{ signingKey, key }, { key: otherKey }] = signers[unit.id.length % signers.length] as (typeof signers)[number];
  const common = { sources: unit.sources, versions: [version], algorithm: key.algorithm, signingKey };
  const built = await oracle.ask<Built>({ op: "build", ...common, data });
  const ofSamples = isDeepStrictEqual(data, sampleData) ? built : await oracle.ask<Built>({ op: "build", ...common, data: sampleData });
  if (built.bundle === undefined || built.sources === undefined) return { unbuilt: reasonOf(built) };
  if (ofSamples.bundle === undefined) return { unbuilt: reasonOf(ofSamples) };
  // `opa build` formats the sources, and then the tests have other places.
  const id = `${unit.repository}/${unit.id}`;
  const request = { op: "test", id, sources: built.sources, versions: [version], data } as const;
  const tested = await oracle.ask<{ results?: OpaTest[]; errors?: OpaError[] }>(request);
  await oracle.ask({ op: "forget", id });
  if (tested.results === undefined) return { unbuilt: reasonOf(tested) };
  return {
    ...unit,
    sources: built.sources,
    tests: tested.results,
    bundle: { bytes: built.bundle, key, otherKey },
    sampleBundle: { bytes: ofSamples.bundle, key, otherKey },
  };
}

function reasonOf({ errors, error }: Pick<Built, "errors" | "error">): string {
  return errors?.[0]?.text ?? error ?? "no reason given";
}
