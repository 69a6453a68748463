// The plan of a deploy to one board: what is there, what is sent, and whether there is space.
import { BoardkitError } from "../../lib/errors.ts";
import { formatSize } from "../../lib/reporter.ts";
import { findChanges, spaceFor, type Changes } from "../../model/deploy/changes.ts";
import { formatManifest, isFile, parseManifest, type Entry } from "../../model/deploy/manifest.ts";
import type { DeployPlan } from "../../model/deploy/report.ts";
import type { Context } from "../context.ts";
import { readFiles, type Inventory } from "./board/answers.ts";
import { faultOf } from "./board/faults.ts";
import { readKept, type Release } from "./release/release.ts";
import type { Board } from "./board/tool.ts";
import type { SentRuntime } from "./runtime/make.ts";

export type Base = {
  id: string;
  entries: Entry[];
  /** Its manifest, if this machine has made it. */
  manifest?: string;
};

export type BoardPlan = {
  inventory: Inventory;
  /** Release on the board whose files the new one shares, and what it has. */
  base?: Base;
  incoming: Entry[];
  changes: Changes;
  needed: number;
  /** Whether the board has the whole release, for example the one before. */
  isThere: boolean;
  /** Whether it has the runtime that the release needs, or none is needed. */
  hasRuntime: boolean;
};

/** Compares a release with a board. */
export async function planFor(
  board: Board,
  app: string,
  { release, sent }: { release: Release; sent?: SentRuntime },
  inventory: Inventory,
  context: Context,
): Promise<BoardPlan> {
  const baseId = inventory.good ?? inventory.releases.at(-1);
  // The id is the hash of the manifest, so that what this machine has made once need not be asked for. The board verifies all of it later.
  const readBase = async (id: string): Promise<Base> => {
    const manifest = await readKept(app, id, context);
    return manifest === undefined
      ? { id, entries: readFiles(await board.call("files", [id])) }
      : { id, entries: parseManifest(manifest), manifest };
  };
  const base = baseId === undefined || !inventory.releases.includes(baseId) ? undefined : await readBase(baseId);
  const isThere = inventory.releases.includes(release.id) && (await isWhole(board, release));
  const incoming = inventory.incoming.includes(release.id) ? readFiles(await board.call("files", [release.id])) : [];
  const changes = isThere ? findChanges([], [], []) : findChanges(release.entries, base?.entries ?? [], incoming);
  const hasRuntime = sent === undefined || inventory.runtimes.includes(sent.id);
  const ofRuntime = hasRuntime ? 0 : spaceFor({ files: sent.entries.filter(isFile) }, Buffer.byteLength(sent.manifest));
  const needed = (isThere ? 0 : spaceFor(changes, Buffer.byteLength(release.manifest))) + ofRuntime;
  return { inventory, ...(base === undefined ? {} : { base }), incoming, changes, needed, isThere, hasRuntime };
}

async function isWhole(board: Board, release: Release): Promise<boolean> {
  return formatManifest(readFiles(await board.call("files", [release.id]))) === formatManifest(release.entries);
}

/** Refuses a file system that nothing can be written to, or that programs and addons do not run from. */
export function requireMount(flags: string[], { name, folder }: Pick<Board, "name" | "folder">): void {
  if (flags.includes("ro")) throw faultOf(`READ_ONLY ${folder} is on a file system that is mounted read-only; nothing was sent`, name);
  if (flags.includes("noexec"))
    throw faultOf(
      `NO_EXEC ${folder} is on a file system that is mounted noexec: neither the launcher nor an addon would run there; nothing was sent`,
      name,
    );
}

/** Refuses a release that does not fit on the board. */
export function requireSpace(
  { needed, inventory, changes, hasRuntime }: BoardPlan,
  { name, folder }: Pick<Board, "name" | "folder">,
): void {
  const { freeBytes, freeInodes } = inventory;
  const problem =
    freeBytes !== undefined && freeBytes < needed
      ? `${formatSize(needed)} are needed in ${folder} on ${name}, and ${formatSize(freeBytes)} are free`
      : freeInodes !== undefined && freeInodes < changes.files.length
        ? `${changes.files.length} files are to be made in ${folder} on ${name}, and its file system has room for ${freeInodes}`
        : undefined;
  if (problem === undefined) return;
  throw new BoardkitError(`${problem}; nothing was sent`, {
    code: "NO_SPACE",
    place: name,
    fix: `free space there, name another folder in \`boardkit.deploy.folder\`, or send less: \`boardkit deploy --dry-run\` lists the files${hasRuntime ? "" : '\nthe runtime is among them: with `"runtime": "board"` a Node of the board\'s own runs the script'}`,
  });
}

/** The plan as it is reported. */
export function describePlan(plan: BoardPlan, app: string, service: string, folder: string, sent: SentRuntime | undefined): DeployPlan {
  const { inventory, changes, needed, hasRuntime } = plan;
  return {
    app,
    folder,
    service,
    ...(inventory.good === undefined ? {} : { good: inventory.good }),
    files: changes.files.map(({ path }) => path),
    kept: changes.kept,
    bytes: changes.bytes,
    ...(sent === undefined
      ? {}
      : { runtime: { id: sent.id, name: sent.name, bytes: sent.bytes, packedBytes: sent.packed.bytes, isThere: hasRuntime } }),
    needed,
    ...(inventory.freeBytes === undefined ? {} : { free: inventory.freeBytes }),
    releases: inventory.releases,
  };
}
