// The data of targets/, and selections from it. read-registry.ts reads the data.
import { relative } from "node:path";
import picomatch from "picomatch";
import { BoardkitError } from "../lib/errors.ts";
import { suggest } from "../lib/nearest.ts";
import type { Architecture } from "./targets/architecture.ts";
import type { Board, SizedBoard } from "./targets/board.ts";
import type { Cpu } from "./targets/cpu.ts";
import type { Libraries } from "./targets/libraries.ts";
import type { Profile } from "./targets/profile.ts";
import type { Project } from "./project.ts";
import type { System } from "./targets/system.ts";
import type { Toolchain } from "./targets/toolchain.ts";
import type { Timings } from "./targets/timings.ts";
import type { SmokeRun, Triple } from "./targets/triple.ts";

export type Registry = {
  architectures: Map<string, Architecture>;
  triples: Map<string, Triple>;
  cpus: Map<string, Cpu>;
  libraries: Map<string, Libraries>;
  systems: Map<string, System>;
  /** Each with its usual system. */
  boards: Map<string, Board>;
  toolchains: Map<string, Toolchain>;
  profiles: Map<string, Profile>;
  timings: Map<string, Timings>;
};

/** The targets that match any of the patterns (all if there are no patterns), in the order of their names. */
export function selectTriples(registry: Registry, patterns: string[]): Triple[] {
  const all = [...registry.triples.values()];
  for (const pattern of patterns) {
    if (all.some((target) => matches(target, pattern))) continue;
    const isName = !/[*?[{]/.test(pattern);
    const names = all.map(({ triple }) => triple);
    throw new BoardkitError(isName ? `unknown target ${pattern}` : `no target matches ${pattern}`, {
      code: isName ? "TARGET_UNKNOWN" : "TARGET_NONE",
      exit: isName ? "usage" : "nothingMatched",
      fix: `${isName ? suggest(pattern, names) : ""}the targets are:\n${names.join("\n")}\nto add one, add targets/triples/<triple>.json`,
    });
  }
  return patterns.length === 0 ? all : all.filter((target) => patterns.some((pattern) => matches(target, pattern)));
}

/** The profile for a machine with this much memory. */
export function profileForMemory(registry: Registry, ramMiB: number): Profile {
  // A test checks that the classes leave no gap.
  return [...registry.profiles.values()].find(({ memory }) => memory.least <= ramMiB && ramMiB < (memory.below ?? Infinity)) as Profile;
}

/** The profile with an id. */
export function selectProfile(registry: Registry, id: string): Profile {
  const found = registry.profiles.get(id);
  if (found) return found;
  const names = [...registry.profiles.keys()];
  throw new BoardkitError(`unknown profile ${id}`, {
    code: "PROFILE_UNKNOWN",
    exit: "usage",
    fix: `${suggest(id, names)}the profiles are: ${names.join(", ")}; to add one, add targets/profiles/<id>.json`,
  });
}

/** The targets in a project's settings, else the known ones of its napi.targets. */
export function targetsOfProject(registry: Registry, { settings, napiTargets }: Pick<Project, "settings" | "napiTargets">): string[] {
  if (settings.targets.length > 0) return selectTriples(registry, settings.targets).map((target) => target.triple);
  return napiTargets.filter((name) => registry.triples.has(name));
}

/** The board with an id, or with a memory size of that id; an unsupported board is an error. */
export function selectBoard(registry: Registry, id: string): Board {
  const [found] = selectSizes(registry, [id]).map((sized) => sized.board);
  if (found && found.why === undefined) return found;
  throw new BoardkitError(`${id} is not supported: ${found?.why}`, { code: "BOARD_UNSUPPORTED", exit: "usage" });
}

/** The boards that addons can run on. */
export function supportedBoards(registry: Registry): Board[] {
  return [...registry.boards.values()].filter((one) => one.why === undefined);
}

/**
 * The sized boards with these ids, of boards (all their sizes) or of sizes. Without ids all, but for those whose boot would be that of
 * another board.
 */
export function selectSizes(registry: Registry, ids: string[]): SizedBoard[] {
  const all = [...registry.boards.values()].flatMap((one) => one.memory.map((size): SizedBoard => ({ ...size, board: one })));
  for (const id of ids) {
    if (all.some((sized) => sized.id === id || sized.board.id === id)) continue;
    const names = all.map((sized) => sized.id);
    throw new BoardkitError(`unknown board ${id}`, {
      code: "BOARD_UNKNOWN",
      exit: "usage",
      fix: `${suggest(id, names)}the boards are: ${names.join(", ")}; to add one, add targets/boards/<id>.json`,
    });
  }
  return ids.length === 0
    ? all.filter(({ board }) => board.like === undefined)
    : [...new Set(ids)].flatMap((id) => all.filter((sized) => sized.id === id || sized.board.id === id));
}

type BoardRun = Extract<SmokeRun, { kind: "node" | "host" }>;

/** The run on a board of a target: Node if there is one for exactly that target, else the host. */
export function runOnBoard(target: Triple | undefined): BoardRun | undefined {
  const runs = target?.smoke.filter((run) => run.kind === "node" || run.kind === "host") ?? [];
  return runs.find((run) => run.kind === "node" && !run.standsIn) ?? runs.find((run) => run.kind === "host");
}

/** An architecture by its id. */
export function getArchitecture(registry: Registry, id: string): Architecture {
  const found = registry.architectures.get(id);
  if (!found) throw badData(`targets/architectures/${id}.json`, "the file is missing");
  return found;
}

/** A CPU by its id. */
export function getCpu(registry: Registry, id: string): Cpu {
  const found = registry.cpus.get(id);
  if (!found) throw badData(`targets/cpus/${id}.json`, "the file is missing");
  return found;
}

/** A toolchain by its id. */
export function getToolchain(registry: Registry, id: string): Toolchain {
  const found = registry.toolchains.get(id);
  if (!found) throw badData(`targets/toolchains/${id}.json`, "the file is missing");
  return found;
}

function matches(target: Triple, pattern: string): boolean {
  return target.triple === pattern || picomatch.isMatch(target.triple, pattern);
}

/** Targets with the settings of a profile. */
export function targetsIn({ buildStd }: Profile, targets: Triple[]): Triple[] {
  return buildStd === undefined ? targets : targets.map((target) => ({ buildStd, ...target }));
}

/** The error for a missing or wrong data file. */
export function badData(path: string, message: string): BoardkitError {
  return new BoardkitError(message, {
    code: "BAD_DATA",
    exit: "usage",
    place: relative(process.cwd(), path) || path,
    fix: "fix that file; targets/schema/ has its JSON Schema",
  });
}
