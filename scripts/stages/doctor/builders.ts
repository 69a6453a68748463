// Which builders work on this machine for each target, and the reasons and fixes for those that do not.
import { builderNames, type BuilderName, type Obstacle } from "../../model/builder.ts";
import { getToolchain } from "../../model/registry.ts";
import type { RustFacts } from "../../tools/rust/rust.ts";
import { examineBuilders, noteOf, obstacleOf, type EngineSearch } from "../plan/builders.ts";
import type { Context } from "../context.ts";
import { VENV, type Finding } from "./doctor.ts";
import { isStored } from "../../tools/store/store.ts";

export type BuilderFinding = { builder: BuilderName; target: string; works: boolean; note?: string | undefined } & Partial<Obstacle>;

/** Examines all builders for all targets, with the findings about the machine. */
export async function examineEveryBuilder(
  { findings, rust }: { findings: Finding[]; rust: RustFacts | undefined },
  search: EngineSearch,
  context: Context,
): Promise<BuilderFinding[]> {
  const { registry, cache } = context;
  const targets = [...registry.triples.values()].filter(({ why }) => why === undefined);
  const host = rust && (await examineBuilders(rust.host, { builder: "cross", targets }, search, context));
  const hasZig = isStored(cache, getToolchain(registry, "zig"));
  return targets.flatMap((target) =>
    builderNames.map((builder): BuilderFinding => {
      // pip is only needed to fetch zig, which every builder but the native one uses.
      const needed = findings.filter(
        (finding) => finding.target === undefined && (finding.name !== VENV || (!hasZig && builder !== "native")),
      );
      const obstacle = generalObstacle(needed) ?? (host && obstacleOf(builder, target, host)) ?? obstacleOfTarget(findings, target.triple);
      const note = host && !obstacle ? noteOf(builder, target, host) : undefined;
      return { builder, target: target.triple, works: obstacle === undefined, note, ...obstacle };
    }),
  );
}

/** The obstacle of one target for all builders. */
function obstacleOfTarget(findings: Finding[], triple: string): Obstacle | undefined {
  const missing = findings.find(({ target, state }) => target === triple && state === "missing");
  return missing && { reason: missing.text, fix: missing.fix ?? "" };
}

/** The obstacle of a builder for all targets. */
function generalObstacle(findings: Finding[]): Obstacle | undefined {
  const missing = findings.filter(({ state }) => state === "missing");
  if (missing.length === 0) return undefined;
  return {
    reason: `missing: ${missing.map(({ name }) => name).join(", ")}`,
    fix: [...new Set(missing.map(({ fix }) => fix))].join("; "),
  };
}
