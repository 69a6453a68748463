// For each builder and each target whether it works on this machine, why not, and what helps.
import { builderNames, type BuilderName, type Obstacle } from "../../model/builder.ts";
import { getToolchain } from "../../model/registry.ts";
import type { RustFacts } from "../../tools/rust/rust.ts";
import { examineBuilders, noteOf, obstacleOf, type EngineSearch } from "../plan/builders.ts";
import type { Context } from "../context.ts";
import { VENV, type Finding } from "./doctor.ts";
import { isStored } from "../../tools/store/store.ts";

export type BuilderFinding = { builder: BuilderName; target: string; works: boolean; note?: string | undefined } & Partial<Obstacle>;

/** All builders and targets, after what was found of the machine. */
export async function examineEveryBuilder(
  found: { findings: Finding[]; rust: RustFacts | undefined },
  wish: EngineSearch,
  context: Context,
): Promise<BuilderFinding[]> {
  const { registry, cache } = context;
  const { findings, rust } = found;
  const targets = [...registry.triples.values()].filter(({ why }) => why === undefined);
  const host = rust && (await examineBuilders(rust.host, { builder: "cross", targets }, wish, context));
  const hasZig = isStored(cache, getToolchain(registry, "zig"));
  return targets.flatMap((target) =>
    builderNames.map((builder): BuilderFinding => {
      // Only what fetches zig needs pip; it links inside a container, and makes the stubs for gcc.
      const needed = findings.filter(
        (finding) => finding.target === undefined && (finding.name !== VENV || (!hasZig && builder !== "native")),
      );
      const obstacle = generalObstacle(needed) ?? (host && obstacleOf(builder, target, host)) ?? obstacleOfTarget(findings, target.triple);
      const note = host && !obstacle ? noteOf(builder, target, host) : undefined;
      return { builder, target: target.triple, works: obstacle === undefined, note, ...obstacle };
    }),
  );
}

/** What is missing for one target, whichever the builder. */
function obstacleOfTarget(findings: Finding[], triple: string): Obstacle | undefined {
  const missing = findings.find(({ target, state }) => target === triple && state === "missing");
  return missing && { reason: missing.text, fix: missing.fix ?? "" };
}

/** What a builder lacks whatever the target. */
function generalObstacle(findings: Finding[]): Obstacle | undefined {
  const missing = findings.filter(({ state }) => state === "missing");
  if (missing.length === 0) return undefined;
  return {
    reason: `missing: ${missing.map(({ name }) => name).join(", ")}`,
    fix: [...new Set(missing.map(({ fix }) => fix))].join("; "),
  };
}
