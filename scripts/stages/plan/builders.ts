// Which builder a target gets, and why. Pure, but for the functions that look for a container engine.
import { readFileSync } from "node:fs";
import { compareVersions } from "../../audit/elf/facts.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { readHost } from "../../target-side/loader/loader.cjs";
import { builderNames, type BuilderChoice, type BuilderName, type Linker, type Obstacle } from "../../model/builder.ts";
import { getToolchain, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { findEngine, hasUnifiedCgroups, type Engine, type EngineWish } from "../../tools/containers/container.ts";
import type { Context } from "../context.ts";
import { whereIs } from "../set-up/host-tools.ts";

/** What this machine says of builders, whatever the target; one that was not asked about has no obstacle. */
export type HostBuilders = {
  /** Rust triple of this machine. */
  host: string;
  /** Version of its glibc, if it has that. */
  glibc?: string | undefined;
  engine?: Engine;
  obstacles: Partial<Record<BuilderName, Obstacle>>;
};

export type ChosenBuilder = { name: BuilderName; because: string; note?: string };

/** Where a container engine is looked for. */
export type EngineSearch = {
  searchPath: string;
  engines: EngineWish;
  /** The one that was found before, so that it is not looked for again. */
  engine?: Engine | undefined;
};

/** Looks at the machine; a container engine is asked only where a choice may need it. */
export async function examineBuilders(
  host: string,
  wanted: { builder: BuilderChoice; targets: Triple[] },
  search: EngineSearch,
  context: Context,
): Promise<HostBuilders> {
  const zig = zigObstacle(context.registry);
  const { glibc } = readHost({ process, read: (file) => readFileSync(file) });
  const found: HostBuilders = { host, glibc, obstacles: zig ? { zig } : {} };
  const mayNeedCross = wanted.builder === "auto" && wanted.targets.some(({ builder }) => builder?.name === "cross");
  if (wanted.builder !== "cross" && !mayNeedCross) return found;
  const engine = await lookForEngine(search, context);
  if ("reason" in engine) return { ...found, obstacles: { ...found.obstacles, cross: engine } };
  return { ...found, engine };
}

/** The container engine that answers, or why none does. */
export async function lookForEngine({ searchPath, engines, engine }: EngineSearch, { cache, signal }: Context): Promise<Engine | Obstacle> {
  const where = (name: string) => whereIs(name, searchPath);
  return engine ?? findEngine({ cache, where, unifiedCgroups: hasUnifiedCgroups() }, engines, signal);
}

/** The container engine that answers, or an error that says why none does. */
export async function requireEngine(search: EngineSearch, context: Context): Promise<Engine> {
  const found = await lookForEngine(search, context);
  if (!("reason" in found)) return found;
  throw new BoardkitError(found.reason, { code: "NO_ENGINE", exit: "toolMissing", fix: found.fix });
}

function zigObstacle(registry: Registry): Obstacle | undefined {
  const zig = getToolchain(registry, "zig");
  if (zig.sources.some((source) => source.kind !== "pypi" || source.host === undefined || source.host === process.arch)) return undefined;
  return { reason: `zig has no source for a host of ${process.arch}`, fix: "add one to targets/toolchains/zig.json" };
}

/** Why a builder cannot build a target here, if it cannot. */
export function obstacleOf(name: BuilderName, target: Triple, { host, obstacles }: HostBuilders): Obstacle | undefined {
  if (obstacles[name]) return obstacles[name];
  // gcc links against its stubs of glibc, and so it does in a container, or zig does.
  if (name !== "native" && obstacles.zig) return obstacles.zig;
  if (name === "native" && host !== target.triple) return { reason: `it makes ${host} only`, fix: ZIG_INSTEAD };
  if (name !== "gcc") return undefined;
  const { gcc } = target;
  if ("why" in gcc) return { reason: gcc.why, fix: ZIG_INSTEAD };
  if (gcc.toolchain !== undefined || host === target.triple) return undefined;
  return {
    reason: `Boardkit unpacks no gcc for ${target.arch} on a host of ${host}`,
    fix: "use --builder cross, whose image has one, or --builder zig",
  };
}

/** What is to be known of a builder that can: that the audit may not take its file. */
export function noteOf(name: BuilderName, { glibcFloor }: Triple, { glibc }: HostBuilders): string | undefined {
  if (name !== "native" || !glibc || !glibcFloor || compareVersions(glibc, glibcFloor) <= 0) return undefined;
  return `it links against this machine's glibc ${glibc}, and the audit refuses a file that needs more than ${glibcFloor}`;
}

const ZIG_INSTEAD = "use --builder zig, which builds every target";

/** The builder of a target, or why there is none. */
export function chooseBuilder(target: Triple, host: HostBuilders, wanted: BuilderChoice): ChosenBuilder | Obstacle {
  const asked = (name: BuilderName) => obstacleOf(name, target, host) ?? { name, because: "--builder asks for it" };
  const choice = wanted === "auto" ? firstThatCan(target, host) : asked(wanted);
  const note = "name" in choice ? noteOf(choice.name, target, host) : undefined;
  return note === undefined ? choice : { ...choice, note };
}

function firstThatCan(target: Triple, host: HostBuilders): ChosenBuilder | Obstacle {
  const { builder: preferred } = target;
  const order = preferred ? [preferred.name, ...builderNames.filter((name) => name !== preferred.name)] : builderNames;
  const faults: { name: BuilderName; obstacle: Obstacle }[] = [];
  for (const name of order) {
    const obstacle = obstacleOf(name, target, host);
    if (obstacle) faults.push({ name, obstacle });
    else {
      const passed = faults.map((fault) => `${fault.name} cannot: ${fault.obstacle.reason}`);
      const reason = name === preferred?.name ? `the target prefers it: ${preferred.why}` : "the first that can";
      return { name, because: [reason, ...passed].join("; ") };
    }
  }
  return {
    reason: faults.map(({ name, obstacle }) => `${name}: ${obstacle.reason}`).join("; "),
    fix: [...new Set(faults.map(({ obstacle }) => obstacle.fix))].join("\n"),
  };
}

/** The builders of targets; those that the one that was asked for cannot build are told apart. Where it can build none, that is an error. */
export function chooseBuilders(
  targets: Triple[],
  host: HostBuilders,
  wanted: BuilderChoice,
): { chosen: [Triple, ChosenBuilder][]; unfit: { target: string; reason: string }[] } {
  const all = targets.map((target): [Triple, ChosenBuilder | Obstacle] => [target, chooseBuilder(target, host, wanted)]);
  const chosen = all.flatMap(([target, one]): [Triple, ChosenBuilder][] => ("reason" in one ? [] : [[target, one]]));
  const faults = all.flatMap(([target, one]) => ("reason" in one ? [{ target: target.triple, ...one }] : []));
  const cannot = wanted === "auto" ? "no builder can" : `the ${wanted} builder cannot`;
  const [first] = faults;
  if (first && chosen.length === 0) {
    throw new BoardkitError(`${cannot} build this: ${[...new Set(faults.map(({ reason }) => reason))].join("; ")}`, {
      code: "BUILDER_UNFIT",
      exit: host.obstacles[wanted as BuilderName] ? "toolMissing" : "usage",
      place: faults.map(({ target }) => target).join(", "),
      fix: [...new Set(faults.map(({ fix }) => fix))].join("\n"),
    });
  }
  return { chosen, unfit: faults.map(({ target, reason }) => ({ target, reason: `${cannot} build it: ${reason}` })) };
}

/** What links a target with a builder: in a container gcc where it can, else zig, which is mounted into it. */
export function linkerOf(name: BuilderName, target: Triple): Linker {
  if (name === "native") return "host";
  if (name === "cross") return "prefix" in target.gcc ? "gcc" : "zig";
  return name;
}
