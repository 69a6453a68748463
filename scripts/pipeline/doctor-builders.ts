// For each builder and each target whether it works on this machine, why not, and what helps.
import { builderNames, type BuilderName, type Obstacle } from "../model/builder.ts";
import type { Triple } from "../model/triple.ts";
import { hasStd, type RustFacts } from "../tools/rust.ts";
import { examineBuilders, obstacleOf, type HostBuilders } from "./builders.ts";
import type { Context } from "./context.ts";
import type { Wish } from "./facts.ts";
import { findMissing, hostTools, whereIs } from "./host-tools.ts";

export type BuilderFinding = { builder: BuilderName; target: string; works: boolean } & Partial<Obstacle>;

/** All builders and targets; `host` is what was found out for it. */
export async function examineEveryBuilder(
  rust: RustFacts | undefined,
  wish: Pick<Wish, "searchPath" | "engines">,
  context: Context,
): Promise<{ findings: BuilderFinding[]; host: HostBuilders | undefined }> {
  const { registry, cache, signal } = context;
  const targets = [...registry.triples.values()].filter(({ why }) => why === undefined);
  const place = { cache, searchPath: wish.searchPath, wish: wish.engines, signal };
  const host = rust && (await examineBuilders(registry, rust.host, { builder: "cross", targets }, place));
  const general = generalObstacle(wish.searchPath);
  const hasRustup = whereIs("rustup", wish.searchPath) !== undefined;
  const findings = targets.flatMap((target) =>
    builderNames.map((builder): BuilderFinding => {
      const obstacle = general ?? (host && obstacleOf(builder, target, host)) ?? (rust && stdObstacle(target, rust, hasRustup));
      return { builder, target: target.triple, works: obstacle === undefined, ...obstacle };
    }),
  );
  return { findings, host };
}

/** What every builder lacks. */
function generalObstacle(searchPath: string): Obstacle | undefined {
  const missing = findMissing(hostTools, searchPath);
  if (missing.length === 0) return undefined;
  return {
    reason: `not on the PATH: ${missing.map(({ name }) => name).join(", ")}`,
    mend: [...new Set(missing.map(({ mend }) => mend))].join("; "),
  };
}

/** Whether there is neither a compiled standard library for a target nor a way to its source. */
export function stdObstacle({ triple, buildStd }: Triple, rust: RustFacts, hasRustup: boolean): Obstacle | undefined {
  if (hasRustup || rust.hasSource || (!buildStd && hasStd(rust, triple))) return undefined;
  return {
    reason: "neither its compiled standard library nor the source of one is installed, and there is no rustup to fetch it",
    mend: `install Rust with rustup, or put the source of exactly ${rust.version} under ${rust.sysroot}/lib/rustlib/src/rust`,
  };
}
