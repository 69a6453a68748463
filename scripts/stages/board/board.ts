// Boots boards side by side and tells what came of each. A run that could have failed by chance is done again: emulators crash now and then.
import { existsSync } from "node:fs";
import { BoardkitError } from "../../lib/errors.ts";
import { inPool } from "../../lib/pool.ts";
import type { BoardResult } from "../../model/report/board-report.ts";
import type { SizedBoard } from "../../model/targets/board.ts";
import { targetFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain, selectSizes } from "../../model/registry.ts";
import { readQemuVersion } from "../../emulate/qemu-system.ts";
import { boardLog, bootBoard } from "./boot.ts";
import { planBoard, type BoardOptions, type BoardPlan } from "./plan.ts";
import { findLeast } from "./least.ts";
import { readBoot, readEnd } from "./records.ts";
import { judgeBoot, readCounts, type Boot, type Verdict } from "./verdict.ts";
import type { Context } from "../context.ts";
import { prepareProject } from "../build/prepare.ts";
import { requireSpace, runPrograms } from "../set-up/host-tools.ts";
import type { Stage } from "../stage.ts";
import { readBuilt } from "../manifest.ts";
import { fetchItems } from "../set-up/fetch.ts";
import { providedProgram } from "../../tools/store/store.ts";

/** The boards that can be booted, and those that cannot with the reason. */
export type PlannedBoards = { plans: BoardPlan[]; unsupported: BoardResult[] };

/** Most boots of one board: a fault of the emulator may pass, and what looks like one of the addon is given one more chance. */
const MOST_BOOTS = { board: 3, addon: 2, memory: 1, passed: 1 };

export const board = {
  name: "board",
  tools: () => ({ programs: runPrograms }),
  run: async ({ project, request }, context) => {
    const { ids, options, seconds, findLeast: least } = request.boards ?? { ids: [], options: {}, seconds: 120, findLeast: false };
    const { plans, unsupported } = await planBoards(selectSizes(context.registry, ids), project, options, context);
    const qemu = await setUpBoards(plans, project, context);
    const ran = await runBoards(plans, { seconds, findLeast: least }, context);
    return { boards: { schema: 2 as const, qemu, boards: [...ran, ...unsupported] } };
  },
} as const satisfies Stage;

/** Plans boards for the built targets; nothing is fetched yet. */
export async function planBoards(boards: SizedBoard[], project: Project, options: BoardOptions, context: Context): Promise<PlannedBoards> {
  const planned: PlannedBoards = { plans: [], unsupported: [] };
  for (const sized of boards) {
    const { board } = sized;
    if (!board.machine) {
      planned.unsupported.push(unsupported(sized, board.why ?? ""));
      continue;
    }
    const built = await readBuilt(board.target, targetFolder(project.folder, board.target));
    planned.plans.push(planBoard(context.registry, project, sized, board.machine, built, options));
  }
  return planned;
}

/** Fetches QEMU, kernels and runtimes of boards, and runs the project's prepare command; returns the version of QEMU. */
export async function setUpBoards(plans: BoardPlan[], project: Project, context: Context): Promise<string> {
  await prepareProject(project, context);
  for (const { files, target } of plans) for (const path of Object.values(files)) if (!existsSync(path)) throw noFile(path, target.triple);
  const items = plans.flatMap(({ kernel, runtime }) => [kernel, runtime.sysroot, ...(runtime.node ? [runtime.node] : [])]);
  for (const folder of new Set([context.cache, ...plans.map((plan) => plan.dist)])) requireSpace(folder, "boards");
  await fetchItems(["qemu-system", ...items.map((item) => item.id)], context);
  const qemu = getToolchain(context.registry, "qemu-system");
  const [plan] = plans;
  return plan ? readQemuVersion(providedProgram(context.cache, qemu, plan.target.arch), context.signal) : "none";
}

export type RunOptions = {
  /** The deadline of what runs on a board, by its own clock. */
  seconds: number;
  /** Find the smallest memory at which a board that passes still does. */
  findLeast: boolean;
};

/** Boots boards side by side; results stand in the order of the plans. */
export async function runBoards(plans: BoardPlan[], options: RunOptions, context: Context): Promise<BoardResult[]> {
  const results = await inPool(plans, { size: context.jobs, keepGoing: true }, async (plan) => {
    const result = await runBoard(plan, options.seconds, context);
    if (!options.findLeast || result.verdict !== "passed") return result;
    if (plan.machine.ramMiB !== undefined) {
      context.reporter.skipped("find-min", result.board, `the memory of QEMU's ${plan.machine.model} is fixed`);
      return result;
    }
    return { ...result, leastMiB: await leastOf(plan, result, options.seconds, context) };
  });
  context.signal.throwIfAborted();
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** The smallest memory that is enough for a board; one that takes several times as long as it did does not pass. */
function leastOf(plan: BoardPlan, { ramMiB, wallSeconds, board }: BoardResult, seconds: number, context: Context): Promise<number> {
  const patience = Math.min(seconds, Math.ceil(4 * wallSeconds) + 10);
  return findLeast(ramMiB, async (tried) => {
    const { verdict } = await bootUntilSure({ ...plan, sized: { ...plan.sized, ramMiB: tried } }, patience, context);
    context.reporter.note(`${board} with ${tried} MiB: ${verdict.kind === "passed" ? "passed" : firstLine(verdict.reason)}`);
    return verdict.kind === "passed";
  });
}

async function runBoard(plan: BoardPlan, seconds: number, context: Context): Promise<BoardResult> {
  const ran = await bootUntilSure(plan, seconds, context);
  const result = resultOf(plan, ran);
  const { id } = plan.sized;
  if (result.verdict === "passed")
    context.reporter.done("board", id, ran.wallSeconds, `${result.passed} passed on ${plan.cpu}, ${result.runtime}`);
  else context.reporter.failed("board", id, ran.wallSeconds, firstLine(ran.verdict.reason));
  return result;
}

/** The last boot of a board, and why those before it failed. */
type Ran = { boot: Boot; verdict: Verdict; wallSeconds: number; before: string[] };

/** Boots a board until it passes or has failed in a way that another boot would not change. */
export async function bootUntilSure(plan: BoardPlan, seconds: number, context: Context): Promise<Ran> {
  const before: string[] = [];
  for (;;) {
    const started = performance.now();
    const boot = await bootBoard(plan, seconds, context);
    const verdict = judgeBoot(plan, boot);
    const wallSeconds = (performance.now() - started) / 1000;
    if (!verdict.mayPass || before.length + 1 >= MOST_BOOTS[verdict.kind]) return { boot, verdict, wallSeconds, before };
    context.reporter.failed("board", plan.sized.id, wallSeconds, `${firstLine(verdict.reason)}; once more`);
    before.push(`boot ${before.length + 1}: ${verdict.reason}`);
  }
}

function resultOf(plan: BoardPlan, { boot, verdict, wallSeconds, before }: Ran): BoardResult {
  const { records } = boot;
  const facts = readBoot(records);
  const counts = readCounts(plan, records);
  const [bare, loaded, smoke] = (["control", "addon", "smoke"] as const).map((name) => readEnd(records, name)?.memory);
  const why = [...before, ...(verdict.reason ? [`${verdict.reason}\n  log:  ${boardLog(plan)}`] : [])];
  return {
    ...describe(plan.sized, plan),
    verdict: verdict.kind === "passed" ? "passed" : "failed",
    ...(why.length > 0 ? { reason: why.join("\n") } : {}),
    ...(verdict.kind === "passed" ? {} : { fault: verdict.kind }),
    boots: before.length + 1,
    wallSeconds,
    ...(facts ? { kernel: facts.kernel, memTotalKiB: facts.memTotalKiB, bootSeconds: facts.seconds } : {}),
    runtime: counts.runtime,
    ...(bare ? { bare } : {}),
    ...(loaded ? { loaded } : {}),
    ...(smoke ? { smoke } : {}),
    ...(counts.measures ? { measures: counts.measures } : {}),
    passed: counts.passed,
    failed: counts.failed,
  };
}

function firstLine(text = ""): string {
  return text.split("\n", 1)[0] ?? "";
}

function describe({ id, ramMiB, board }: SizedBoard, plan?: BoardPlan) {
  const standsIn = [plan?.machine.standsIn, plan?.runtime.standsIn].filter((text) => text !== undefined);
  return { board: id, target: board.target, cpu: plan?.cpu ?? board.cpu, machine: plan?.machine.model ?? "", standsIn, ramMiB };
}

function unsupported(sized: SizedBoard, reason: string): BoardResult {
  return { ...describe(sized), verdict: "unsupported", reason, boots: 0, wallSeconds: 0, passed: 0, failed: 0 };
}

function noFile(path: string, target: string): BoardkitError {
  return new BoardkitError(`there is no ${path}, which is to run on the board`, {
    code: "NO_INPUT",
    exit: "usage",
    place: path,
    fix: `name another script or fix boardkit.smokeInputs in package.json; if the build makes it, run: boardkit build --target ${target}`,
  });
}
