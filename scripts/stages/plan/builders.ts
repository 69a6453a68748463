// Chooses builders for targets. Pure, except for the functions that look for a container engine.
import { readFileSync } from "node:fs";
import { compareVersions } from "../../audit/elf/versions.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { readHost } from "../../target-side/loader/loader.cjs";
import { builderNames, type BuilderChoice, type BuilderName, type Linker, type Obstacle } from "../../model/builder.ts";
import { getToolchain, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { findEngine, hasUnifiedCgroups, type Engine, type EngineWish } from "../../tools/containers/container.ts";
import type { Context } from "../context.ts";
import { whereIs } from "../set-up/host-tools.ts";

/** Facts about builders on this machine that hold for all targets; a builder that was not examined has no obstacle. */
export type HostBuilders = {
  /** Rust triple of this machine. */
  host: string;
  /** Version of its glibc, if it has one. */
  glibc?: string | undefined;
  engine?: Engine;
  obstacles: Partial<Record<BuilderName, Obstacle>>;
};

export type ChosenBuilder = { name: BuilderName; because: string; note?: string };

/** Where to look for a container engine. */
export type EngineSearch = {
  searchPath: string;
  engines: EngineWish;
  /** An engine that is already known. */
  engine?: Engine | undefined;
};

/** Examines the machine; looks for a container engine only if the choice may need one. */
export async function examineBuilders(
  host: string,
  request: { builder: BuilderChoice; targets: Triple[] },
  search: EngineSearch,
  context: Context,
): Promise<HostBuilders> {
  const zig = zigObstacle(context.registry);
  const { glibc } = readHost({ process, read: (file) => readFileSync(file) });
  const found: HostBuilders = { host, glibc, obstacles: zig ? { zig } : {} };
  const mayNeedCross = request.builder === "auto" && request.targets.some(({ builder }) => builder?.name === "cross");
  if (request.builder !== "cross" && !mayNeedCross) return found;
  const engine = await lookForEngine(search, context);
  if ("reason" in engine) return { ...found, obstacles: { ...found.obstacles, cross: engine } };
  return { ...found, engine };
}

/** A container engine that works, or the obstacle. */
export async function lookForEngine({ searchPath, engines, engine }: EngineSearch, { cache, signal }: Context): Promise<Engine | Obstacle> {
  const where = (name: string) => whereIs(name, searchPath);
  return engine ?? findEngine({ cache, where, unifiedCgroups: hasUnifiedCgroups() }, engines, signal);
}

/** A container engine that works; throws if there is none. */
export async function requireEngine(search: EngineSearch, context: Context): Promise<Engine> {
  const found = await lookForEngine(search, context);
  if (!("reason" in found)) return found;
  throw new BoardkitError(found.reason, { code: "NO_ENGINE", exit: "toolMissing", fix: found.fix });
}

function zigObstacle(registry: Registry): Obstacle | undefined {
  const zig = getToolchain(registry, "zig");
  if (zig.sources.some((source) => source.kind !== "pypi" || source.host === undefined || source.host === process.arch)) return undefined;
  return { reason: `zig has no source for ${process.arch} hosts`, fix: "add one to targets/toolchains/zig.json" };
}

/** The reason and fix if a builder cannot build a target here, else undefined. */
export function obstacleOf(name: BuilderName, target: Triple, { host, obstacles }: HostBuilders): Obstacle | undefined {
  if (obstacles[name]) return obstacles[name];
  // zig makes the glibc stubs that gcc links against, also in a container, or links itself.
  if (name !== "native" && obstacles.zig) return obstacles.zig;
  if (name === "native" && host !== target.triple) return { reason: `it builds only for ${host}`, fix: ZIG_INSTEAD };
  if (name !== "gcc") return undefined;
  const { gcc } = target;
  if ("why" in gcc) return { reason: gcc.why, fix: ZIG_INSTEAD };
  if (gcc.toolchain !== undefined || host === target.triple) return undefined;
  return {
    reason: `Boardkit has no gcc for ${target.arch} on the host ${host}`,
    fix: "use --builder cross, which has one in its image, or --builder zig",
  };
}

/** A note on a builder that can build a target: the audit may refuse its file. */
export function noteOf(name: BuilderName, { glibcFloor }: Triple, { glibc }: HostBuilders): string | undefined {
  if (name !== "native" || !glibc || !glibcFloor || compareVersions(glibc, glibcFloor) <= 0) return undefined;
  return `it links against this machine's glibc ${glibc}, and the audit refuses a file that needs more than ${glibcFloor}`;
}

const ZIG_INSTEAD = "use --builder zig, which builds every target";

/** The builder of a target, or the obstacle. */
export function chooseBuilder(target: Triple, host: HostBuilders, requested: BuilderChoice): ChosenBuilder | Obstacle {
  const byName = (name: BuilderName) => obstacleOf(name, target, host) ?? { name, because: "requested with --builder" };
  const choice = requested === "auto" ? firstThatCan(target, host) : byName(requested);
  const note = "name" in choice ? noteOf(choice.name, target, host) : undefined;
  return note === undefined ? choice : { ...choice, note };
}

function firstThatCan(target: Triple, host: HostBuilders): ChosenBuilder | Obstacle {
  const { builder: preferred } = target;
  const order = preferred ? [preferred.name, ...builderNames.filter((name) => name !== preferred.name)] : builderNames;
  const unfit: { name: BuilderName; obstacle: Obstacle }[] = [];
  for (const name of order) {
    const obstacle = obstacleOf(name, target, host);
    if (obstacle) unfit.push({ name, obstacle });
    else {
      const reasonsAgainst = unfit.map((earlier) => `${earlier.name} cannot: ${earlier.obstacle.reason}`);
      const reason = name === preferred?.name ? `the target prefers it: ${preferred.why}` : "the first builder that can";
      return { name, because: [reason, ...reasonsAgainst].join("; ") };
    }
  }
  return {
    reason: unfit.map(({ name, obstacle }) => `${name}: ${obstacle.reason}`).join("; "),
    fix: [...new Set(unfit.map(({ obstacle }) => obstacle.fix))].join("\n"),
  };
}

/** Chooses the builders of targets; `unfit` are the targets without one. Throws if no target has a builder. */
export function chooseBuilders(
  targets: Triple[],
  host: HostBuilders,
  requested: BuilderChoice,
): { chosen: [Triple, ChosenBuilder][]; unfit: { target: string; reason: string }[] } {
  const all = targets.map((target): [Triple, ChosenBuilder | Obstacle] => [target, chooseBuilder(target, host, requested)]);
  const chosen = all.flatMap(([target, choice]): [Triple, ChosenBuilder][] => ("reason" in choice ? [] : [[target, choice]]));
  const unfit = all.flatMap(([target, choice]) => ("reason" in choice ? [{ target: target.triple, ...choice }] : []));
  const cannot = requested === "auto" ? "no builder can" : `the ${requested} builder cannot`;
  const [first] = unfit;
  if (first && chosen.length === 0) {
    throw new BoardkitError(`${cannot} build this: ${[...new Set(unfit.map(({ reason }) => reason))].join("; ")}`, {
      code: "BUILDER_UNFIT",
      exit: host.obstacles[requested as BuilderName] ? "toolMissing" : "usage",
      place: unfit.map(({ target }) => target).join(", "),
      fix: [...new Set(unfit.map(({ fix }) => fix))].join("\n"),
    });
  }
  return { chosen, unfit: unfit.map(({ target, reason }) => ({ target, reason: `${cannot} build it: ${reason}` })) };
}

/** The linker of a builder for a target: in a container gcc if the target has one, else zig, which is mounted into it. */
export function linkerOf(name: BuilderName, target: Triple): Linker {
  if (name === "native") return "host";
  if (name === "cross") return "prefix" in target.gcc ? "gcc" : "zig";
  return name;
}
