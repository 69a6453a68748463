// Checks a matrix: each shipped target must be run, and each required Node must exist. One error lists all faults.
import { join } from "node:path";
import semver from "semver";
import { BoardkitError } from "../../lib/errors.ts";
import type { Project } from "../../model/project.ts";
import { nameOf, withSystem } from "../../model/board-systems.ts";
import { getToolchain, supportedBoards, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { boardsOf } from "./matrix.ts";
import { shippedRuns } from "../../emulate/runs.ts";

type Fault = { code: string; text: string; place: string; fix: string };

/** Throws if the matrix of these targets has faults; `tag` is that of a release, `v<version>`. */
export function checkMatrix(registry: Registry, project: Project, targets: Triple[], tag: string | undefined): void {
  const faults = [
    ...targets.flatMap((target) => [...findUnrun(registry, project, targets, target), ...findNoNode(registry, project, target)]),
    ...findWrongTag(project, tag),
  ];
  const [first] = faults;
  if (!first) return;
  if (faults.length === 1) throw new BoardkitError(first.text, first);
  throw new BoardkitError(`the matrix has ${faults.length} faults:\n  ${faults.map(({ text }) => text).join("\n  ")}`, {
    code: faults.every(({ code }) => code === first.code) ? first.code : "MATRIX_UNFIT",
    place: [...new Set(faults.map(({ place }) => place))].join(", "),
    fix: [...new Set(faults.map(({ fix }) => fix))].join("\n"),
  });
}

/** A shipped target must be run: smoke-tested under the emulator, or booted on a board. */
function findUnrun(registry: Registry, project: Project, targets: Triple[], target: Triple): Fault[] {
  const { triple } = target;
  const isBooted = () => boardsOf(registry, project, targets).some(({ board }) => board.target === triple);
  if (shippedRuns(target).length > 0 || isBooted()) return [];
  return [
    {
      code: "TARGET_NOT_RUN",
      text: `${triple} is shipped, but nothing runs it: no board of it is booted, and its smoke runs are Rust tests alone`,
      place: fileOf(triple),
      fix: `add a run of kind node or host to smoke of ${fileOf(triple)}, or remove ${triple} from napi.targets`,
    },
  ];
}

/** Node is published for some targets up to a line only: smoke runs, boards and the package's engines must be below it. */
function findNoNode(registry: Registry, project: Project, target: Triple): Fault[] {
  const { triple, nodeBelow } = target;
  const range = (project.packageJson.engines as { node?: string } | undefined)?.node ?? "*";
  if (semver.validRange(range) === null) throw badRange(project, range);
  if (nodeBelow === undefined) return [];
  const none = `but Node ${nodeBelow} and newer are not published for it`;
  const fault = (text: string, place: string, fix: string): Fault => ({ code: "NODE_IMPOSSIBLE", text: `${text}, ${none}`, place, fix });
  const versions = shippedRuns(target).flatMap((run) => (run.kind === "node" ? [getToolchain(registry, run.node)] : []));
  const boards = supportedBoards(registry)
    .flatMap((board) => board.systems.map(({ system }) => withSystem(registry.systems, board, system)))
    .filter((board) => board.target === triple);
  return [
    ...versions
      .filter(({ version }) => semver.major(version) >= Number(nodeBelow))
      .map(({ id, version }) => {
        const place = `targets/toolchains/${id}.json`;
        return fault(`smoke of ${triple} requires Node ${version}`, place, `pin a Node below ${nodeBelow} in ${place}`);
      }),
    ...boards
      .filter(({ node }) => Number(node) >= Number(nodeBelow))
      .map((board) => {
        const { id, node } = board;
        const place = `targets/boards/${id}.json`;
        return fault(
          `the board ${nameOf(board)} of ${triple} requires Node ${node}`,
          place,
          `name a Node below ${nodeBelow} in its systems in ${place}`,
        );
      }),
    ...(semver.intersects(range, `<${nodeBelow}`)
      ? []
      : [
          fault(
            `${project.name} requires Node ${range} on ${triple}`,
            join(project.addonFolder, "package.json"),
            `remove 32-bit ARM from napi.targets, or allow a Node below ${nodeBelow} in engines.node of package.json`,
          ),
        ]),
  ];
}

/** The tag of a release must be the version of package.json. */
function findWrongTag({ name, version, addonFolder }: Project, tag: string | undefined): Fault[] {
  if (tag === undefined || tag === `v${version}`) return [];
  return [
    {
      code: "VERSION_MISMATCH",
      text: `the tag is ${tag}, and ${name} has version ${version}`,
      place: join(addonFolder, "package.json"),
      fix: `tag the commit with that version in package.json, or tag this commit v${version}`,
    },
  ];
}

const fileOf = (triple: string) => `targets/triples/${triple}.json`;

function badRange({ addonFolder }: Project, range: string): BoardkitError {
  return new BoardkitError(`engines.node is ${range}, which is not a version range`, {
    code: "BAD_DATA",
    exit: "usage",
    place: join(addonFolder, "package.json"),
    fix: 'write a range of npm, for example ">=20"',
  });
}
