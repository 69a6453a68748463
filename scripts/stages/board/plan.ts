// The plan of a board: machine, kernel, runtime, programs, and their files.
import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import type { Machine, SizedBoard } from "../../model/targets/board.ts";
import type { Profile } from "../../model/targets/profile.ts";
import type { Project } from "../../model/project.ts";
import { getCpu, getToolchain, runOnBoard, type Registry } from "../../model/registry.ts";
import type { Toolchain } from "../../model/targets/toolchain.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { hostFile, REPORT_ALL } from "../../emulate/runs.ts";
import { nodeEnvironment, plainEnvironment, preloads } from "../../emulate/user.ts";
import type { Built } from "../manifest.ts";

/** One program that a board runs; `control` is the runtime alone, to distinguish faults of the emulator from those of the addon. */
export type Program = { name: "control" | "addon" | "smoke"; argv: string[] };

export type BoardPlan = {
  sized: SizedBoard;
  machine: Machine;
  target: Triple;
  /** CPU as QEMU names it. */
  cpu: string;
  dist: string;
  /** SHA-256 of the addon. */
  addonHash: string;
  kernel: Toolchain;
  runtime: { kind: "node" | "host"; node?: Toolchain; sysroot: Toolchain; standsIn?: string };
  programs: Program[];
  environment: Record<string, string>;
  /** Path below /job on the board to a file or folder of this machine. */
  files: Record<string, string>;
};

export type BoardOptions = {
  /** Memory instead of the board's own, MiB. */
  memory?: number;
  /** Script instead of the project's smoke script. */
  script?: string;
  /** Limits and flags for Node. */
  profile?: Profile;
  /** Allow memory that is known to be too little. */
  anyMemory?: boolean;
};

const LOAD_SCRIPT = join(packageRoot, "scripts/target-side/smoke/load.cjs");
const MEMORY_SCRIPT = join(packageRoot, "scripts/target-side/smoke/memory.cjs");

/** Plans a board that runs the addon of a built target. */
export function planBoard(
  registry: Registry,
  project: Project,
  chosen: SizedBoard,
  machine: Machine,
  { manifest, dist }: Pick<Built, "manifest" | "dist">,
  options: BoardOptions,
): BoardPlan {
  const { board } = chosen;
  const { target } = manifest;
  const artifact = manifest.artifact.file;
  const run = runOnBoard(target) as NonNullable<ReturnType<typeof runOnBoard>>;
  const sized = { ...chosen, ramMiB: options.memory ?? chosen.ramMiB };
  const runtime = {
    kind: run.kind,
    ...(run.kind === "node" ? { node: getToolchain(registry, run.node) } : {}),
    sysroot: getToolchain(registry, run.sysroot),
    ...(run.standsIn ? { standsIn: run.standsIn } : {}),
  };
  if (!options.anyMemory) checkMemory(sized, machine);
  const common = {
    sized,
    machine,
    target,
    dist,
    addonHash: manifest.artifact.sha256,
    kernel: getToolchain(registry, machine.kernel),
    runtime,
  };
  const { qemu, id } = getCpu(registry, board.cpu);
  const addon = `/job/${artifact}`;
  return {
    ...common,
    cpu: qemu ?? id,
    environment: {
      ...environmentOf(runtime),
      BOARDKIT_ADDON: addon,
      ...profileEnvironment(project, options),
    },
    ...programsOf(project, options, join(dist, artifact), run.kind === "host" ? hostFile(dist) : undefined),
  };
}

/** The project's variable with the name of the profile, for its addon. */
function profileEnvironment({ settings }: Project, { profile }: BoardOptions): Record<string, string> {
  return profile && settings.profileVariable ? { [settings.profileVariable]: profile.id } : {};
}

function checkMemory({ id, ramMiB }: SizedBoard, machine: Machine): void {
  const most = machine.ramMiB ?? Infinity;
  if (ramMiB >= machine.leastMiB && ramMiB <= most) return;
  const why = ramMiB > most ? `more than ${machine.model} has, ${most} MiB` : `too little: nothing starts below ${machine.leastMiB} MiB`;
  throw new BoardkitError(`${ramMiB} MiB for ${id} is ${why}`, {
    code: "RAM_UNFIT",
    exit: "usage",
    place: id,
    fix: `choose another --memory; \`boardkit board ${id} --find-min\` finds the smallest with which the addon passes`,
  });
}

function environmentOf({ kind, node, sysroot }: BoardPlan["runtime"]): Record<string, string> {
  return {
    ...plainEnvironment,
    HOME: "/tmp",
    BOARDKIT_RESULT: "/tmp/result",
    BOARDKIT_MEMORY: "/tmp/memory",
    ...(kind === "node" ? nodeEnvironment : {}),
    ...(node?.provides.libraries ? { LD_LIBRARY_PATH: "/lib/node" } : {}),
    ...(sysroot.preload ? { LD_PRELOAD: preloads(sysroot) } : {}),
  };
}

/** The programs and their files. `host` is the file of the host, which is not on the disk with the runtime: it comes with the addon. */
function programsOf(
  project: Project,
  { script, profile }: BoardOptions,
  artifact: string,
  host: string | undefined,
): Pick<BoardPlan, "programs" | "files"> {
  const smoke = script ? resolve(script) : project.settings.smoke && join(project.folder, project.settings.smoke);
  const inputs = [...(smoke ? [smoke] : []), ...project.settings.smokeInputs.map((path) => join(project.folder, path))];
  const below = (path: string) => placeInJob(project.folder, path);
  const runtime = host === undefined ? ["/bin/node", ...(profile?.v8Flags ?? [])] : ["/job/host", REPORT_ALL];
  const node = (...args: string[]) => [...runtime, "--require", "/job/memory.cjs", ...args];
  return {
    programs: [
      { name: "control", argv: node("--eval", "console.log(process.version)") },
      { name: "addon", argv: node("/job/load.cjs") },
      ...(smoke ? [{ name: "smoke" as const, argv: node(`/job/${below(smoke)}`) }] : []),
    ],
    files: {
      ...(host === undefined ? {} : { host }),
      "memory.cjs": MEMORY_SCRIPT,
      "load.cjs": LOAD_SCRIPT,
      [basename(artifact)]: artifact,
      ...Object.fromEntries([...inputs, ...manifestsOf(project.folder, inputs)].map((path) => [below(path), path])),
    },
  };
}

/** A file of the project keeps its path in it, so that its imports resolve. */
function placeInJob(project: string, path: string): string {
  const inside = relative(project, path);
  return inside.startsWith("..") ? join("script", basename(path)) : join("project", inside);
}

/** The package.json files that set the module type of files. */
function manifestsOf(project: string, paths: string[]): string[] {
  const folders = paths
    .filter((path) => path.startsWith(project + sep))
    .flatMap((path) => {
      const above = [];
      for (let folder = dirname(path); folder.length >= project.length; folder = dirname(folder)) above.push(folder);
      return above;
    });
  return [...new Set(folders)].map((folder) => join(folder, "package.json")).filter((path) => existsSync(path));
}
