// Reads targets/ into memory and holds every file to its schema; the only reader of that folder.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, matchesGlob, relative } from "node:path";
import type { z } from "zod";
import { BoardkitError } from "../lib/errors.ts";
import { packageRoot } from "../lib/paths.ts";
import { board, type Board, type SizedBoard } from "./board.ts";
import { cpu, type Cpu } from "./cpu.ts";
import { profile, type Profile } from "./profile.ts";
import type { Project } from "./project.ts";
import { toolchain, type Toolchain } from "./toolchain.ts";
import { triple, type SmokeRun, type Triple } from "./triple.ts";

export type Registry = {
  triples: Map<string, Triple>;
  cpus: Map<string, Cpu>;
  boards: Map<string, Board>;
  toolchains: Map<string, Toolchain>;
  profiles: Map<string, Profile>;
};

/** Loads and checks all data files; a fault names file and key. */
export function loadRegistry(folder = join(packageRoot, "targets")): Registry {
  const triples = readFolder(join(folder, "triples"), triple, "triple");
  const toolchains = readFolder(join(folder, "toolchains"), toolchain, "id");
  const cpus = readFolder(join(folder, "cpus"), cpu, "id");
  const boards = readFolder(join(folder, "boards"), board, "id");
  checkBoards(boards, { triples, toolchains, cpus }, folder);
  for (const [id, target] of triples) {
    if (cpus.get(target.cpu.lowest)?.arch !== target.arch)
      throw badData(
        join(folder, "triples", `${id}.json`),
        `cpu.lowest names ${target.cpu.lowest}, which is no CPU of ${target.arch} in targets/cpus`,
      );
    const named = target.smoke.flatMap((run) => [run.sysroot, ...(run.kind === "node" ? [run.node] : [])]);
    for (const used of [...named, ...(target.python ? [target.python.runtime] : [])]) {
      if (!toolchains.has(used))
        throw badData(join(folder, "triples", `${id}.json`), `it names ${used}, and there is no toolchains/${used}.json`);
    }
  }
  return { triples, cpus, boards, toolchains, profiles: readFolder(join(folder, "profiles"), profile, "id") };
}

/** Holds boards to the files that they name; an unsupported one may name a target that is none. */
function checkBoards(
  boards: Registry["boards"],
  { triples, toolchains, cpus }: Omit<Registry, "boards" | "profiles">,
  folder: string,
): void {
  const names = [...boards.values()].flatMap(({ id, memory }) => memory.map((size) => ({ name: size.id, of: id })));
  for (const [id, { why, target, cpu: used, machine }] of boards) {
    const path = join(folder, "boards", `${id}.json`);
    for (const { name } of names.filter((size) => size.of === id)) {
      const taken = names.filter((size) => size.name === name).length > 1 || (boards.has(name) && name !== id);
      if (taken) throw badData(path, `memory names ${name}, which another board or size is called`);
    }
    if (why !== undefined) continue;
    if (!triples.has(target)) throw badData(path, `target names ${target}, and there is no triples/${target}.json`);
    if (cpus.get(used)?.arch !== triples.get(target)?.arch)
      throw badData(path, `cpu names ${used}, which is no CPU of that target's architecture`);
    if (!runOnBoard(triples.get(target))) throw badData(path, `smoke of triples/${target}.json has neither a Node nor the probe host`);
    const kernel = toolchains.get(machine?.kernel ?? "")?.kernel;
    if (!kernel) throw badData(path, `machine.kernel names ${machine?.kernel}, which is no kernel in targets/toolchains`);
    if (machine?.dtb && !kernel.dtbs.includes(machine.dtb))
      throw badData(path, `machine.dtb names ${machine.dtb}, which kernel.dtbs of toolchains/${machine.kernel}.json does not`);
  }
}

/** The targets that match any of the patterns (all if there is none), in the order of their names. */
export function selectTriples(registry: Registry, patterns: string[]): Triple[] {
  const all = [...registry.triples.values()];
  for (const pattern of patterns) {
    if (all.some((target) => matches(target, pattern))) continue;
    const isName = !/[*?[{]/.test(pattern);
    throw new BoardkitError(isName ? `unknown target ${pattern}` : `no target matches ${pattern}`, {
      code: isName ? "TARGET_UNKNOWN" : "TARGET_NONE",
      exit: isName ? "usage" : "nothingMatched",
      fix: `the targets are:\n${all.map((target) => target.triple).join("\n")}\nto add one, add targets/triples/<triple>.json`,
    });
  }
  return patterns.length === 0 ? all : all.filter((target) => patterns.some((pattern) => matches(target, pattern)));
}

/** The profile for a machine with so much memory. */
export function profileForMemory(registry: Registry, ramMiB: number): Profile {
  // The classes leave no gap: a test says so.
  return [...registry.profiles.values()].find(({ memory }) => memory.least <= ramMiB && ramMiB < (memory.below ?? Infinity)) as Profile;
}

/** The profile of that name. */
export function selectProfile(registry: Registry, id: string): Profile {
  const found = registry.profiles.get(id);
  if (found) return found;
  throw new BoardkitError(`unknown profile ${id}`, {
    code: "PROFILE_UNKNOWN",
    exit: "usage",
    fix: `the profiles are: ${[...registry.profiles.keys()].join(", ")}; to add one, add targets/profiles/<id>.json`,
  });
}

/** The targets that a project's settings name, else those of its napi.targets that are known; none if it names none. */
export function targetsOfProject(registry: Registry, { settings, napiTargets }: Pick<Project, "settings" | "napiTargets">): string[] {
  if (settings.targets.length > 0) return selectTriples(registry, settings.targets).map((target) => target.triple);
  return napiTargets.filter((name) => registry.triples.has(name));
}

/** The board of that name, or of which that is a memory size; one that is not supported is an error. */
export function selectBoard(registry: Registry, id: string): Board {
  const [found] = selectSizes(registry, [id]).map((sized) => sized.board);
  if (found && found.why === undefined) return found;
  throw new BoardkitError(`${id} is not supported: ${found?.why}`, { code: "BOARD_UNSUPPORTED", exit: "usage" });
}

/** The boards that addons can run on. */
export function supportedBoards(registry: Registry): Board[] {
  return [...registry.boards.values()].filter((one) => one.why === undefined);
}

/** The boards of those names, each with its memory: of a board's file, or of one of its sizes; all if none is named. */
export function selectSizes(registry: Registry, ids: string[]): SizedBoard[] {
  const all = [...registry.boards.values()].flatMap((one) => one.memory.map((size): SizedBoard => ({ ...size, board: one })));
  for (const id of ids) {
    if (all.some((sized) => sized.id === id || sized.board.id === id)) continue;
    throw new BoardkitError(`unknown board ${id}`, {
      code: "BOARD_UNKNOWN",
      exit: "usage",
      fix: `the boards are: ${all.map((sized) => sized.id).join(", ")}; to add one, add targets/boards/<id>.json`,
    });
  }
  return ids.length === 0 ? all : [...new Set(ids)].flatMap((id) => all.filter((sized) => sized.id === id || sized.board.id === id));
}

type BoardRun = Extract<SmokeRun, { kind: "node" | "probe" }>;

/** What a board of a target runs: Node where there is one for that very target, else the probe host. */
export function runOnBoard(target: Triple | undefined): BoardRun | undefined {
  const runs = target?.smoke.filter((run) => run.kind !== "tests") ?? [];
  return runs.find((run) => run.kind === "node" && !run.standsIn) ?? runs.find((run) => run.kind === "probe");
}

/** A CPU that a checked file names. */
export function getCpu(registry: Registry, id: string): Cpu {
  const found = registry.cpus.get(id);
  if (!found) throw badData(`targets/cpus/${id}.json`, "the file is missing");
  return found;
}

/** A toolchain that a checked file names. */
export function getToolchain(registry: Registry, id: string): Toolchain {
  const found = registry.toolchains.get(id);
  if (!found) throw badData(`targets/toolchains/${id}.json`, "the file is missing");
  return found;
}

function matches(target: Triple, pattern: string): boolean {
  return target.triple === pattern || matchesGlob(target.triple, pattern);
}

function readFolder<T>(folder: string, schema: z.ZodType<T>, idKey: string): Map<string, T> {
  const found = new Map<string, T>();
  for (const name of readdirSync(folder).toSorted()) {
    const path = join(folder, name);
    if (!name.endsWith(".json")) throw badData(path, "only .json files belong here");
    const id = basename(name, ".json");
    const value = readOne(path, schema);
    const inside = (value as Record<string, unknown>)[idKey];
    if (inside !== id) throw badData(path, `"${idKey}" is ${JSON.stringify(inside)}; it must be the file's name, "${id}"`);
    found.set(id, value);
  }
  return found;
}

function readOne<T>(path: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw badData(path, `not valid JSON: ${(error as Error).message}`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw badData(path, result.error.issues.map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": ")).join("; "));
}

function badData(path: string, message: string): BoardkitError {
  return new BoardkitError(message, {
    code: "BAD_DATA",
    exit: "usage",
    place: relative(process.cwd(), path) || path,
    fix: "fix that file; targets/schema/ has the schema that editors read",
  });
}
