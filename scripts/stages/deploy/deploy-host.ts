// Deploys a release to one board: plan, audit, upload, trial load, switch, health, confirm. Whatever fails, the board runs what it ran.
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { BoardkitError } from "../../lib/errors.ts";
import { formatSize } from "../../lib/reporter.ts";
import type { DeployHost } from "../../model/deploy/hosts.ts";
import type { AppPlaces } from "../../model/deploy/places.ts";
import type { HostResult } from "../../model/deploy/report.ts";
import { bytesOf } from "../../model/deploy/settings.ts";
import { placeOfMachine } from "../../model/probe/place.ts";
import type { ProbeReport } from "../../model/probe/facts.ts";
import type { Context } from "../context.ts";
import { readInventory, readWrong, textOf, type Inventory } from "./board/answers.ts";
import { faultOf } from "./board/faults.ts";
import { requireBoard, withBoard, type App, type Connected } from "./board/connect.ts";
import { requireLock, withLock } from "./board/lock.ts";
import { describePlan, planFor, requireSpace, type BoardPlan } from "./plan.ts";
import { makeRelease, type Release } from "./release/release.ts";
import { chooseRuntime } from "./release/runtime.ts";
import { sendRelease, type Sent } from "./board/send.ts";
import { installService, serviceOf } from "./board/service.ts";
import { readState } from "./board/state.ts";
import { step } from "./step.ts";
import type { Board } from "./board/tool.ts";
import { tryRelease } from "./trial.ts";

export type DeployOptions = {
  dryRun: boolean;
  /** File whose lines become the file `env` of the app on the board. */
  envFile?: string;
};

/** Makes the release for a machine; machines that need the same one share it. */
export type Releases = (report: ProbeReport) => Promise<{ release: Release; target: string }>;

/** The releases of an app, each made once. */
export function createReleases(app: App, context: Context): Releases {
  const made = new Map<string, ReturnType<Releases>>();
  return (report) => {
    const { registry } = context;
    const { fit, machine, host } = report;
    const place = { ...placeOfMachine(registry, report), name: fit.board.name ?? fit.target.triple ?? host };
    // placeOfMachine has found it.
    const target = registry.triples.get(fit.target.triple ?? "")!;
    const runtime = chooseRuntime(app.project, app.settings, { machine, fit, host, target }, registry);
    const key = JSON.stringify([target.triple, place, runtime]);
    const input = { app: app.name, project: app.project, settings: app.settings, target, place, runtime };
    const release = made.get(key) ?? makeRelease(input, context, app.env).then((one) => ({ release: one, target: target.triple }));
    made.set(key, release);
    return release;
  };
}

/** Deploys to one host, and returns what was done; an error says why nothing was. */
export async function deployHost(
  host: DeployHost,
  app: App,
  releases: Releases,
  options: DeployOptions,
  context: Context,
): Promise<HostResult> {
  const started = performance.now();
  const work = async (connected: Connected): Promise<HostResult> => {
    requireBoard(host, connected.report);
    const { release, target } = await releases(connected.report);
    const { fit } = connected.report;
    const about = {
      host: host.name,
      ...(fit.board.name === undefined ? {} : { board: fit.board.name }),
      target,
      release: release.id,
      warnings: release.warnings,
    };
    const outcome = await withLock(connected.board, (token) => deployLocked(connected, token, { app, release, options, context }));
    return { ...about, ...outcome, seconds: (performance.now() - started) / 1000 };
  };
  return withBoard(host, app, context, work, !options.dryRun);
}

type Work = { app: App; release: Release; options: DeployOptions; context: Context };
type Outcome = Omit<HostResult, "host" | "warnings" | "seconds">;

async function deployLocked(connected: Connected, token: string, work: Work): Promise<Outcome> {
  const { board, report, places } = connected;
  const { app, release, options, context } = work;
  const service = serviceOf(app.settings, report);
  let inventory = await takeInventory(connected, token, options.dryRun);
  requireLock(inventory.locked, board);
  requirePlace(inventory, places, board);
  if (!options.dryRun && (places.memory !== undefined || inventory.memory !== undefined)) {
    await board.call("place", [token, places.memory ?? "-"]);
    inventory = readInventory(await board.call("inventory", [token]));
  }
  let plan = await planFor(board, app.name, release, inventory, context);
  const described = describePlan(plan, app.name, service, board.folder);
  // One that was in memory may be gone.
  const { good } = inventory;
  const previous = good === undefined || !inventory.releases.includes(good) ? {} : { previous: good };
  if (options.dryRun) {
    requireSpace(plan, board);
    return { outcome: "planned", plan: described, ...previous };
  }
  if (plan.inventory.freeBytes !== undefined && plan.inventory.freeBytes < plan.needed) {
    // Without those that nobody returns to, and without uploads of other releases.
    await board.call("prune", [token, 2, release.id]);
    inventory = readInventory(await board.call("inventory", [token]));
    plan = await planFor(board, app.name, release, inventory, context);
  }
  requireSpace(plan, board);
  const sent = await upload(connected, token, plan, work);
  if (options.envFile !== undefined) await sendEnvironment(board, options.envFile);
  const state = readState(await board.call("state"));
  const installed = await installService(connected, token, app, inventory);
  if (inventory.good === release.id && state.running === release.id && !installed && options.envFile === undefined)
    return { outcome: "unchanged", plan: described, sentFiles: sent.files, sentBytes: sent.bytes };
  const tried = await tryRelease(board, token, { id: release.id, begin: "activate", app, context });
  if (tried.outcome === "deployed") await board.call("prune", [token, app.settings.keep]);
  return { ...tried, plan: described, ...previous, sentFiles: sent.files, sentBytes: sent.bytes };
}

/** What the board has; a dry run does not bring the tool to a board without the app, which has nothing. */
async function takeInventory({ board, report, places }: Connected, token: string, dryRun: boolean): Promise<Inventory> {
  const free = freeBytesOf(report, places);
  try {
    const { freeBytes, ...inventory } = readInventory(await board.call("inventory", [token]));
    // The folder in memory is not there before the first deploy, and after a boot.
    const isThere = !dryRun || places.memory === undefined || inventory.releases.length > 0;
    return { ...inventory, ...(isThere ? asFree(freeBytes) : asFree(free)) };
  } catch (error) {
    if (!dryRun || !(error instanceof BoardkitError && error.code === "NOT_DEPLOYED")) throw error;
    return { releases: [], incoming: [], installed: [], isRunning: false, ...asFree(free) };
  }
}

const asFree = (freeBytes: number | undefined) => (freeBytes === undefined ? {} : { freeBytes });

/** Free bytes for releases, as the probe knows them: it asks a few folders only, and of a folder in memory `/` says nothing. */
function freeBytesOf({ machine }: Connected["report"], { folder, memory }: AppPlaces): number | undefined {
  const mount = machine.mounts.findLast(({ path, exists }) => exists && (memory ?? folder).startsWith(path));
  if (mount?.freeKiB === undefined || (memory !== undefined && mount.path === "/")) return undefined;
  return mount.freeKiB * 1024;
}

/** Refuses to move the releases of an app: while they move, a power cut would leave the board without any. */
function requirePlace({ good, releases, memory }: Inventory, places: AppPlaces, { name }: Board): void {
  if ((good === undefined && releases.length === 0) || memory === places.memory) return;
  const where = (one: string | undefined) => (one === undefined ? `on the flash, in ${places.folder}` : `in memory, in ${one}`);
  throw faultOf(`OTHER_PLACE the releases are ${where(memory)}, and not ${where(places.memory)} as the settings say`, name);
}

/** Sends what is missing, puts the release together, and loads its addons there under the cap. */
async function upload(
  { board, report, places }: Connected,
  token: string,
  plan: BoardPlan,
  { app, release, context }: Work,
): Promise<Sent> {
  if (plan.isThere) return { files: 0, bytes: 0 };
  const { reporter } = context;
  const { memoryMax, user = "" } = app.settings;
  const gzip = report.machine.commands.includes("gzip");
  const input = { release, base: plan.base, incoming: plan.incoming, gzip };
  const assemble = async () => readWrong(await board.call("assemble", [token, release.id, plan.base?.id ?? "-"]));
  const sent = await step(reporter, "send", board.name, async (update) => {
    const first = await sendRelease(board, token, input, update);
    return { result: first, note: `${first.files} files, ${formatSize(first.bytes)}` };
  });
  await step(reporter, "verify", board.name, async (update) => {
    let wrong = await assemble();
    if (wrong.length > 0) {
      // A file of the release on the board is damaged: without a base all of them are sent.
      const again = await sendRelease(board, token, { ...input, base: undefined, incoming: [] }, update);
      sent.bytes += again.bytes;
      sent.files += again.files;
      wrong = await assemble();
    }
    if (wrong.length > 0) throw broken(board.name, wrong);
    return { result: undefined, note: `${release.entries.length} files` };
  });
  await step(reporter, "load", board.name, async () => {
    const records = await board.call("check", [token, release.id, memoryMax === undefined ? 0 : bytesOf(memoryMax), user, places.data]);
    const [exit = "", ...output] = textOf(records, "check").split("\n");
    if (exit.trim() !== "0") throw notLoaded(board.name, exit.trim(), output.join("\n"));
    return { result: undefined };
  });
  return sent;
}

/** Writes the file `env` on the board, which only root reads; it is no part of a release. */
async function sendEnvironment(board: Board, file: string): Promise<void> {
  const script = `umask 077 && cat >${board.folder}/env.partial && mv -f ${board.folder}/env.partial ${board.folder}/env && echo sent`;
  const { output, answer } = await board.shell(script, { input: Readable.from([await readFile(file)]) });
  if (output !== "sent")
    throw new BoardkitError(`${board.folder}/env on ${board.name} cannot be written: the shell there ${answer.end}`, {
      code: "BOARD_FOLDER",
      place: board.name,
    });
}

function broken(name: string, wrong: string[]): BoardkitError {
  return new BoardkitError(`the files on ${name} are not those that were sent; the service was not touched`, {
    code: "RELEASE_BROKEN",
    place: name,
    tail: wrong.slice(0, 20).join("\n"),
    fix: "the card or the memory of the board may be damaged: look at its kernel log",
  });
}

function notLoaded(name: string, exit: string, output: string): BoardkitError {
  return new BoardkitError(`the addons of the release do not load on ${name} (exit ${exit}); the service was not touched`, {
    code: "TRIAL_LOAD",
    place: name,
    tail: output.trim().split("\n").slice(-20).join("\n"),
    fix: exit === "137" ? "137 is an OOM kill: raise `boardkit.deploy.memoryMax`" : "the lines above are Node's own",
  });
}
