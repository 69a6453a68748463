// Reads targets/ into memory and checks every file against its schema; the only reader of that folder.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { z } from "zod";
import { packageRoot } from "../lib/paths.ts";
import { withSystem } from "./board-systems.ts";
import { architecture } from "./targets/architecture.ts";
import { board, type BoardFile, type Machine } from "./targets/board.ts";
import { cpu } from "./targets/cpu.ts";
import { libraries } from "./targets/libraries.ts";
import { profile } from "./targets/profile.ts";
import { badData, runOnBoard, type Registry } from "./registry.ts";
import { system } from "./targets/system.ts";
import { toolsOfRuntime } from "./targets/runtime.ts";
import { timings } from "./targets/timings.ts";
import { toolchain } from "./targets/toolchain.ts";
import { triple } from "./targets/triple.ts";

/** Loads and checks all data files; errors name file and key. */
export function loadRegistry(folder = join(packageRoot, "targets")): Registry {
  const architectures = readFolder(join(folder, "architectures"), architecture, "id");
  const triples = readFolder(join(folder, "triples"), triple, "triple");
  const toolchains = readFolder(join(folder, "toolchains"), toolchain, "id");
  const cpus = readFolder(join(folder, "cpus"), cpu, "id");
  const systems = readFolder(join(folder, "systems"), system, "id");
  const libraryFiles = readFolder(join(folder, "libraries"), libraries, "id");
  const boardFiles = readFolder(join(folder, "boards"), board, "id");
  checkArchitectures(architectures, { triples, cpus }, folder);
  checkLibraries(libraryFiles, folder);
  checkSystems(systems, { triples, libraries: libraryFiles }, folder);
  checkBoards(boardFiles, { triples, toolchains, cpus, systems }, folder);
  const boards = new Map([...boardFiles].map(([id, file]) => [id, withSystem(systems, { ...file, ...machineOf(file, boardFiles) })]));
  for (const [id, target] of triples) {
    if (cpus.get(target.cpu.lowest)?.arch !== target.arch)
      throw badData(
        join(folder, "triples", `${id}.json`),
        `cpu.lowest is ${target.cpu.lowest}, which is not a CPU of ${target.arch} in targets/cpus`,
      );
    const ofSmoke = target.smoke.flatMap((run) => [run.sysroot, ...(run.kind === "node" ? [run.node] : [])]);
    const ofRuntimes = Object.values(target.runtimes ?? {}).flatMap((run) => ("why" in run ? [] : toolsOfRuntime(run)));
    const sent = "why" in target.nodes ? [] : target.nodes.map(({ toolchain: node }) => node);
    for (const used of [...ofSmoke, ...ofRuntimes, ...sent, ...(target.python ? [target.python.runtime] : [])]) {
      if (!toolchains.has(used))
        throw badData(join(folder, "triples", `${id}.json`), `it names ${used}, but there is no toolchains/${used}.json`);
    }
  }
  const profiles = readFolder(join(folder, "profiles"), profile, "id");
  return {
    architectures,
    triples,
    cpus,
    libraries: libraryFiles,
    systems,
    boards,
    toolchains,
    profiles,
    timings: readFolder(join(folder, "timings"), timings, "id"),
  };
}

/** Checks that CPUs and targets name an architecture, and that targets use its names. */
function checkArchitectures(
  architectures: Registry["architectures"],
  { triples, cpus }: Pick<Registry, "triples" | "cpus">,
  folder: string,
): void {
  for (const { id, arch } of cpus.values())
    if (!architectures.has(arch)) throw badData(join(folder, "cpus", `${id}.json`), noArchitecture(arch));
  for (const { triple: id, arch, npm, debian } of triples.values()) {
    const path = join(folder, "triples", `${id}.json`);
    const found = architectures.get(arch);
    if (!found) throw badData(path, noArchitecture(arch));
    if (npm.cpu !== found.node) throw badData(path, `npm.cpu is ${npm.cpu}, but npm's name of ${arch} is ${found.node}`);
    if (debian && !found.debian.includes(debian.architecture))
      throw badData(path, `debian.architecture is ${debian.architecture}, but Debian's names of ${arch} are ${found.debian.join(", ")}`);
  }
}

const noArchitecture = (arch: string) => `arch is ${arch}, but there is no architectures/${arch}.json`;

/** Checks that a base exists, and that it has no base of its own: to look up two files is enough. */
function checkLibraries(files: Registry["libraries"], folder: string): void {
  for (const { id, base } of files.values()) {
    if (base === undefined) continue;
    const path = join(folder, "libraries", `${id}.json`);
    if (!files.has(base)) throw badData(path, `base is ${base}, but there is no libraries/${base}.json`);
    if (files.get(base)?.base !== undefined) throw badData(path, `base is ${base}, which has a base of its own`);
  }
}

/** Checks that the libraries and the targets of a system exist, and that these have its C library. */
function checkSystems(systems: Registry["systems"], named: Pick<Registry, "triples" | "libraries">, folder: string): void {
  for (const { id, libc, libraries: list, targets } of systems.values()) {
    const path = join(folder, "systems", `${id}.json`);
    if (!named.libraries.has(list)) throw badData(path, `libraries is ${list}, but there is no libraries/${list}.json`);
    for (const target of targets) {
      const found = named.triples.get(target);
      if (!found) throw badData(path, `targets names ${target}, but there is no triples/${target}.json`);
      if (found.libc !== libc) throw badData(path, `libc is ${libc}, but its target ${target} has ${found.libc}`);
    }
  }
}

type Named = Pick<Registry, "triples" | "toolchains" | "cpus" | "systems">;

/** Checks the files that boards name; an unsupported board may name a target that does not exist. */
function checkBoards(boards: Map<string, BoardFile>, named: Named, folder: string): void {
  const names = [...boards.values()].flatMap(({ id, memory }) => memory.map((size) => ({ name: size.id, of: id })));
  for (const [id, file] of boards) {
    const path = join(folder, "boards", `${id}.json`);
    for (const { name } of names.filter((size) => size.of === id)) {
      const taken = names.filter((size) => size.name === name).length > 1 || (boards.has(name) && name !== id);
      if (taken) throw badData(path, `memory names ${name}, which is already the name of another board or size`);
    }
    for (const { system: name } of file.systems)
      if (!named.systems.has(name)) throw badData(path, `systems names ${name}, but there is no systems/${name}.json`);
    if (file.why !== undefined) continue;
    const { machine } = machineOf(file, boards);
    if (!machine) throw badData(path, `like is ${file.like}, which is not a board with a machine of its own`);
    checkBoardSystems(file, named, path);
    checkMachine(file, machine, named, path);
  }
}

/** Checks that the system of a board has builds for the target, and that the board's CPU runs them. */
function checkBoardSystems(file: BoardFile, named: Named, path: string): void {
  const used = named.cpus.get(file.cpu);
  for (const { system: name, target } of file.systems) {
    const found = named.triples.get(target);
    if (!found) throw badData(path, `target is ${target}, but there is no triples/${target}.json`);
    if (!named.systems.get(name)?.targets.includes(target))
      throw badData(path, `systems has ${name} with ${target}, which is not one of targets in systems/${name}.json`);
    if (used === undefined || (used.arch !== found.arch && !(found.arch === "arm" && used.aarch32)))
      throw badData(path, `cpu is ${file.cpu}, which is not a CPU of that target's architecture, nor has it the features of it as aarch32`);
  }
}

/** The machine of a board, which may be that of another one: then it stands in. */
function machineOf({ machine, like }: BoardFile, boards: Map<string, BoardFile>): Pick<BoardFile, "machine"> {
  if (like === undefined) return { machine };
  const found = boards.get(like)?.machine;
  return found ? { machine: { ...found, standsIn: `it is the machine of ${like}, whose boot stands for this one` } } : {};
}

/** Checks that the usual system can be booted. */
function checkMachine({ systems }: BoardFile, machine: Machine, { triples, toolchains }: Named, path: string): void {
  const target = systems[0]?.target ?? "";
  if (!runOnBoard(triples.get(target))) throw badData(path, `smoke of triples/${target}.json has neither a Node nor the host`);
  const kernel = toolchains.get(machine.kernel)?.kernel;
  if (!kernel) throw badData(path, `machine.kernel is ${machine.kernel}, which is not a kernel in targets/toolchains`);
  if (machine.dtb && !kernel.dtbs.includes(machine.dtb))
    throw badData(path, `machine.dtb is ${machine.dtb}, which is not in kernel.dtbs of toolchains/${machine.kernel}.json`);
}

function readFolder<T>(folder: string, schema: z.ZodType<T>, idKey: string): Map<string, T> {
  const found = new Map<string, T>();
  for (const name of readdirSync(folder).toSorted()) {
    const path = join(folder, name);
    if (!name.endsWith(".json")) throw badData(path, "only .json files belong here");
    const id = basename(name, ".json");
    const value = readOne(path, schema);
    const ownId = (value as Record<string, unknown>)[idKey];
    if (ownId !== id) throw badData(path, `"${idKey}" is ${JSON.stringify(ownId)}; it must be the file's name, "${id}"`);
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
