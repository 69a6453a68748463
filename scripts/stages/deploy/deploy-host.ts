// Deploys a release to one board: plan, audit, upload, trial load, switch, health, confirm. Whatever fails, the board runs what it ran.
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { BoardkitError } from "../../lib/errors.ts";
import { printable } from "../../lib/printable.ts";
import { formatSize } from "../../lib/reporter.ts";
import type { DeployHost } from "../../model/deploy/hosts.ts";
import type { AppPlaces } from "../../model/deploy/places.ts";
import type { HostResult } from "../../model/deploy/report.ts";
import { bytesOf } from "../../model/deploy/settings.ts";
import { placeOfMachine } from "../../model/probe/place.ts";
import type { ProbeReport } from "../../model/probe/facts.ts";
import type { Place } from "../../audit/place.ts";
import { selectRuntime } from "../../model/deploy/runtime.ts";
import { tailOf } from "../../tools/exec.ts";
import type { Context } from "../context.ts";
import { readInventory, readWrong, textOf, type Inventory } from "./board/answers.ts";
import { faultOf } from "./board/faults.ts";
import { requireBoard, withBoard, type App, type Connected } from "./board/connect.ts";
import { requireLock, withLock } from "./board/lock.ts";
import { describePlan, planFor, requireMount, requireSpace, type BoardPlan } from "./plan.ts";
import { makeRelease, type Release } from "./release/release.ts";
import { chooseRuntime } from "./release/runtime.ts";
import { auditRuntime } from "./runtime/audit.ts";
import { makeRuntime, type SentRuntime } from "./runtime/make.ts";
import { brokenRuntime, sendRuntime, verifyRuntime } from "./runtime/send.ts";
import { putScript } from "./board/put-script.ts";
import { isCut, sendRelease, type Sent } from "./board/send.ts";
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

/** What a machine gets. */
type Made = { release: Release; target: string; place: Place; /** The runtime that the release needs there. */ sent?: SentRuntime };

/** Makes the release for a machine; machines that need the same one share it. */
export type Releases = (report: ProbeReport) => Promise<Made>;

/** The releases of an app and their runtimes, each made once. */
export function createReleases(app: App, context: Context): Releases {
  const { registry } = context;
  const [made, runtimes] = [new Map<string, Promise<Release>>(), new Map<string, Promise<SentRuntime>>()];
  const once = <T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> => {
    const one = map.get(key) ?? make();
    map.set(key, one);
    return one;
  };
  return async (report) => {
    const { fit, machine, host } = report;
    const found = placeOfMachine(registry, report);
    // placeOfMachine has found it.
    const target = registry.triples.get(fit.target.triple ?? "")!;
    const choice = selectRuntime(app.settings.runtime, target, registry);
    const sent = choice && (await once(runtimes, target.triple, () => makeRuntime(choice, target, context)));
    const { node: own, ...bare } = found;
    const node = sent === undefined ? own : sent.node;
    const place: Place = { ...bare, name: fit.board.name ?? target.triple, ...(node === undefined ? {} : { node }) };
    const runtime = chooseRuntime(app.project, app.settings, { machine, fit, host, target, sent }, registry);
    const input = { app: app.name, project: app.project, settings: app.settings, target, place, runtime };
    const release = await once(made, JSON.stringify([target.triple, place, runtime]), () => makeRelease(input, context, app.env));
    return { release, target: target.triple, place, ...(sent === undefined ? {} : { sent }) };
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
    const made = await releases(connected.report);
    const { release, target } = made;
    const { fit } = connected.report;
    const about = {
      host: host.name,
      ...(fit.board.name === undefined ? {} : { board: fit.board.name }),
      target,
      release: release.id,
      warnings: release.warnings,
    };
    const outcome = await withLock(connected.board, (token) => deployLocked(connected, token, { ...made, app, options, context }));
    return { ...about, ...outcome, seconds: (performance.now() - started) / 1000 };
  };
  return withBoard(host, app, context, work, !options.dryRun);
}

type Work = Made & { app: App; options: DeployOptions; context: Context };
type Outcome = Omit<HostResult, "host" | "warnings" | "seconds">;

async function deployLocked(connected: Connected, token: string, work: Work): Promise<Outcome> {
  const { board, report, places } = connected;
  const { app, release, sent: runtime, options, context } = work;
  const service = serviceOf(app.settings, report);
  let inventory = await takeInventory(connected, token, options.dryRun);
  requireLock(inventory.locked, board);
  requirePlace(inventory, places, board);
  if (!options.dryRun && (places.memory !== undefined || inventory.memory !== undefined)) {
    await board.call("place", [token, places.memory ?? "-"]);
    inventory = readInventory(await board.call("inventory", [token]));
  }
  requireMount(inventory.mount, board);
  let plan = await planFor(board, app.name, work, inventory, context);
  if (runtime !== undefined && !plan.hasRuntime) await auditRuntime(connected, runtime, work.place);
  const described = describePlan(plan, app.name, service, board.folder, runtime);
  // One that was in memory may be gone.
  const { good } = inventory;
  const previous = good === undefined || !inventory.releases.includes(good) ? {} : { previous: good };
  if (options.dryRun) {
    requireSpace(plan, board);
    return { outcome: "planned", plan: described, ...previous };
  }
  if (plan.inventory.freeBytes !== undefined && plan.inventory.freeBytes < plan.needed) {
    // Without those that nobody returns to, and without uploads of other releases.
    await board.call("prune", [token, 2, release.id, ...(runtime === undefined ? [] : [runtime.id])]);
    inventory = readInventory(await board.call("inventory", [token]));
    plan = await planFor(board, app.name, work, inventory, context);
  }
  requireSpace(plan, board);
  const sent = await upload(connected, token, plan, work);
  if (options.envFile !== undefined) await sendEnvironment(board, options.envFile);
  const installed = await installService(connected, token, app, inventory);
  const isSame = inventory.good === release.id && !installed && options.envFile === undefined;
  if (isSame && readState(await board.call("state")).running === release.id)
    return { outcome: "unchanged", plan: described, sentFiles: sent.files, sentBytes: sent.bytes };
  const tried = await tryRelease(board, token, { id: release.id, begin: "activate", app, context });
  if (tried.outcome === "deployed") await prune(board, token, app.settings.keep, context);
  return { ...tried, plan: described, ...previous, sentFiles: sent.files, sentBytes: sent.bytes };
}

/** Removes old releases. The new one is confirmed: a link that dies now takes nothing back, and the next deploy removes them. */
async function prune(board: Board, token: string, keep: number, { reporter }: Context): Promise<void> {
  try {
    await board.call("prune", [token, keep]);
  } catch (error) {
    if (!isCut(error)) throw error;
    reporter.note(`${board.name} runs the release; its link was cut before old releases were removed, which the next deploy does`);
  }
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
    return { releases: [], runtimes: [], incoming: [], mount: [], installed: [], isRunning: false, ...asFree(free) };
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
async function upload({ board, report, places }: Connected, token: string, plan: BoardPlan, work: Work): Promise<Sent> {
  const { app, release, sent: runtime, context } = work;
  const { reporter } = context;
  const { memoryMax, user = "" } = app.settings;
  const gzip = report.machine.commands.includes("gzip");
  const none: Sent = { files: 0, bytes: 0 };
  const before = runtime !== undefined && !plan.hasRuntime ? await sendRuntime(board, token, runtime, { gzip, reporter }) : none;
  if (plan.isThere) return before;
  const input = { release, base: plan.base, incoming: plan.incoming, gzip };
  const assemble = async () => readWrong(await board.call("assemble", [token, release.id, plan.base?.id ?? "-"]));
  const sent = await step(reporter, "send", board.name, async (update) => {
    const first = await sendRelease(board, token, input, update);
    return { result: first, note: `${first.files} files, ${formatSize(first.bytes)}` };
  });
  await step(reporter, "verify", board.name, async (update) => {
    let wrong = await assemble();
    if (wrong.length > 0) {
      // A file of the release on the board is damaged, or something else is in the way: without a base all of them are sent.
      const again = await sendRelease(board, token, { ...input, base: undefined, incoming: [], fresh: true }, update);
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
    if (exit.trim() === "0") return { result: undefined };
    // Its hashes were right when it came: that is long ago.
    const wrong = runtime === undefined ? [] : await verifyRuntime(board, token, runtime);
    if (wrong.length > 0) throw brokenRuntime(board.name, runtime!, wrong, "`boardkit remove`, then deploy again");
    throw notLoaded(board.name, exit.trim(), output.join("\n"));
  });
  return { files: before.files + sent.files, bytes: before.bytes + sent.bytes };
}

/** Writes the file `env` on the board, which only root reads; it is no part of a release. */
async function sendEnvironment(board: Board, file: string): Promise<void> {
  const bytes = await readFile(file);
  const script = putScript(`${board.folder}/env`, bytes.length, "077");
  const { output, answer } = await board.shell(script, { input: Readable.from([bytes]) });
  if (output !== "sent")
    throw new BoardkitError(`${board.folder}/env on ${board.name} cannot be written: the shell there ${answer.end}`, {
      code: "BOARD_FOLDER",
      place: board.name,
      tail: tailOf(printable(answer.stderr)),
      fix: "the link was cut, or the file system is full or read-only; the file there is as it was",
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
  return new BoardkitError(`the runtime or the addons of the release do not load on ${name} (exit ${exit}); the service was not touched`, {
    code: "TRIAL_LOAD",
    place: name,
    tail: printable(output.trim()).split("\n").slice(-20).join("\n"),
    fix: exit === "137" ? "137 is an OOM kill: raise `boardkit.deploy.memoryMax`" : "the lines above are Node's own",
  });
}
