// The matrices of CI, from targets/ and the project's settings: the targets to build, their smoke runs, and the boards to boot.
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/hash.ts";
import type { SizedBoard } from "../../model/targets/board.ts";
import type { Project } from "../../model/project.ts";
import { getArchitecture, getToolchain, selectSizes, targetsOfProject, type Registry } from "../../model/registry.ts";
import type { SmokeRun, Triple } from "../../model/targets/triple.ts";
import { shippedRuns } from "../../emulate/runs.ts";
import { nameRuntimes, runtimesOf } from "../../emulate/runtimes.ts";

/** The runner of jobs that any machine can do. */
const RUNNER = "ubuntu-24.04";

type Include<T> = { include: T[] };

/** The values of `strategy.matrix` of the jobs. */
export type CiMatrix = {
  schema: 1;
  /** Part of the keys of CI's caches with Boardkit's cache folder: it changes with the pins of targets/toolchains. */
  cache: string;
  build: Include<{ target: string }>;
  /** `runner` runs a target of glibc without emulation, where GitHub has one of its architecture. */
  smoke: Include<{ target: string; runs: string; runner: string }>;
  /** The boards of a target, with spaces between: they share the target's addon and its runtime. */
  boards: Include<{ target: string; boards: string }>;
};

/** The matrices for the targets that a project ships. */
export function makeMatrix(registry: Registry, project: Project, targets: Triple[]): CiMatrix {
  const boards = boardsOf(registry, project, targets);
  return {
    schema: 1,
    cache: hashBytes(Buffer.from(JSON.stringify([...registry.toolchains.values()]))).slice(0, 12),
    build: { include: targets.map(({ triple }) => ({ target: triple })) },
    smoke: {
      include: targets.map((target) => ({
        target: target.triple,
        runner: (target.libc === "glibc" && getArchitecture(registry, target.arch).runner) || RUNNER,
        runs: [
          ...shippedRuns(target).map((run) => describeRun(registry, run)),
          ...nameRuntimes(registry, target, runtimesOf(project, {})),
        ].join(", "),
      })),
    },
    boards: {
      include: targets.flatMap(({ triple }) => {
        const own = boards.filter(({ board }) => board.target === triple).map(({ id }) => id);
        return own.length > 0 ? [{ target: triple, boards: own.join(" ") }] : [];
      }),
    },
  };
}

function describeRun(registry: Registry, run: SmokeRun): string {
  const names = { node: "Node", tests: "Rust tests", host: "host" };
  const version = run.kind === "node" ? ` ${getToolchain(registry, run.node).version}` : "";
  return `${names[run.kind]}${version} on ${run.cpu}`;
}

/** The boards of targets that CI boots: those that the project names, else all. */
export function boardsOf(registry: Registry, project: Project, targets: Triple[]): SizedBoard[] {
  const { boards } = project.settings;
  const isChosen = ({ board }: SizedBoard) => targets.some(({ triple }) => triple === board.target);
  if (!boards) return selectSizes(registry, []).filter((sized) => sized.board.why === undefined && isChosen(sized));
  const projectTargets = targetsOfProject(registry, project);
  const named = boards.length > 0 ? selectSizes(registry, boards) : [];
  for (const { id, board } of named) {
    if (board.why !== undefined) throw badBoard(project, `${id}, which cannot be booted: ${board.why}`);
    if (projectTargets.length > 0 && !projectTargets.includes(board.target))
      throw badBoard(project, `${id}, but its target ${board.target} is not one of the project`);
  }
  return named.filter(isChosen);
}

function badBoard({ folder }: Project, text: string): BoardkitError {
  return new BoardkitError(`boardkit.boards names ${text}`, {
    code: "BAD_DATA",
    exit: "usage",
    place: join(folder, "package.json"),
    fix: "remove the board from boardkit.boards, or add its target to napi.targets, or to boardkit.targets if that is set",
  });
}
