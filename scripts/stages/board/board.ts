// Boots boards in parallel and reports their results. A boot that may have failed by chance is repeated: emulators crash now and then.
import { existsSync } from "node:fs";
import { BoardkitError } from "../../lib/errors.ts";
import { inPool } from "../../lib/pool.ts";
import { whileRunning } from "../../lib/reporter.ts";
import type { BoardResult } from "../../model/report/board-report.ts";
import type { SizedBoard } from "../../model/targets/board.ts";
import { targetFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain, selectSizes } from "../../model/registry.ts";
import { readQemuVersion } from "../../emulate/qemu-system.ts";
import { boardLog, bootBoard } from "./boot.ts";
import { planBoard, type BoardOptions, type BoardPlan } from "./plan.ts";
import { keepResult } from "./kept.ts";
import { findLeast } from "./least.ts";
import { readBoot, readEnd } from "./records.ts";
import { judgeBoot, readCounts, type Boot, type Verdict } from "./verdict.ts";
import type { Context } from "../context.ts";
import { stepKey } from "../times.ts";
import { prepareProject } from "../build/prepare.ts";
import { requireSpace, runPrograms } from "../set-up/host-tools.ts";
import type { Stage } from "../stage.ts";
import { readBuilt } from "../manifest.ts";
import { fetchItems } from "../set-up/fetch.ts";
import { providedProgram } from "../../tools/store/store.ts";

/** The boards that can be booted, and those that cannot with the reason. */
export type PlannedBoards = { plans: BoardPlan[]; unsupported: BoardResult[] };

/** Programs of a board, as its result names them. */
const PROGRAM_NAMES = { control: "bare", addon: "loaded", smoke: "smoke" } as const;

/** Maximum boots of one board: a fault of the emulator may not repeat, and an apparent fault of the addon gets one more boot. */
const MAX_BOOTS = { board: 3, addon: 2, memory: 1, passed: 1 };

export const board = {
  name: "board",
  tools: () => ({ programs: runPrograms }),
  run: async ({ project, request }, context) => {
    const { ids, options, seconds, findLeast: least } = request.boards ?? { ids: [], options: {}, seconds: 120, findLeast: false };
    const planned = await planBoards(selectSizes(context.registry, ids), project, options, context);
    const qemu = await setUpBoards(planned.plans, project, context);
    const results = await runBoards(planned.plans, { seconds, findLeast: least }, context);
    // Another script than the project's is another test.
    if (options.script === undefined) await keepResults(planned.plans, results, { qemu, profile: options.profile?.id });
    return { boards: { schema: 2 as const, qemu, boards: [...results, ...planned.unsupported] } };
  },
} as const satisfies Stage;

/** Plans boards for the built targets; nothing is fetched yet. */
export async function planBoards(boards: SizedBoard[], project: Project, options: BoardOptions, context: Context): Promise<PlannedBoards> {
  const planned: PlannedBoards = { plans: [], unsupported: [] };
  for (const sized of boards) {
    const { machine, target, why } = sized.board;
    if (!machine) {
      planned.unsupported.push(unsupportedResult(sized, why ?? ""));
      continue;
    }
    const built = await readBuilt(target, targetFolder(project.folder, target));
    planned.plans.push(planBoard(context.registry, project, sized, machine, built, options));
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

type RunOptions = {
  /** Time limit of the programs on a board, by its own clock. */
  seconds: number;
  /** Find the smallest memory with which a board still passes. */
  findLeast: boolean;
};

/** Boots boards in parallel; the results have the order of the plans. */
async function runBoards(plans: BoardPlan[], options: RunOptions, context: Context): Promise<BoardResult[]> {
  const tally = (of: number) => context.reporter.tally(of, "boards");
  const results = await inPool(plans, { size: context.jobs, keepGoing: true, tally }, async (plan) => {
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

async function keepResults(plans: BoardPlan[], results: BoardResult[], run: { qemu: string; profile: string | undefined }): Promise<void> {
  for (const [index, plan] of plans.entries()) await keepResult(plan, { ...run, addon: plan.addonHash }, results[index]!);
}

/** The smallest memory with which a board passes in about four times the time of its first result. */
function leastOf(plan: BoardPlan, first: BoardResult, seconds: number, context: Context): Promise<number> {
  const timeLimit = Math.min(seconds, Math.ceil(4 * first.wallSeconds) + 10);
  return findLeast(first.ramMiB, async (ramMiB) => {
    const { verdict } = await bootUntilSure({ ...plan, sized: { ...plan.sized, ramMiB } }, timeLimit, context);
    context.reporter.note(`${first.board} with ${ramMiB} MiB: ${verdict.kind === "passed" ? "passed" : firstLine(verdict.reason)}`);
    return verdict.kind === "passed";
  });
}

async function runBoard(plan: BoardPlan, seconds: number, context: Context): Promise<BoardResult> {
  const last = await bootUntilSure(plan, seconds, context);
  const result = resultOf(plan, last);
  const { id } = plan.sized;
  if (result.verdict === "passed")
    context.reporter.done("board", id, last.wallSeconds, `${result.passed} passed on ${plan.cpu}, ${result.runtime}`);
  else context.reporter.failed("board", id, last.wallSeconds, firstLine(last.verdict.reason));
  return result;
}

/** The last boot of a board, and the reasons why earlier boots failed. */
type LastBoot = { boot: Boot; verdict: Verdict; wallSeconds: number; earlier: string[] };

/** Boots a board until it passes or has failed in a way that another boot would not change. */
export async function bootUntilSure(plan: BoardPlan, seconds: number, context: Context): Promise<LastBoot> {
  const earlier: string[] = [];
  for (;;) {
    const started = performance.now();
    // The key has the memory, which find-min changes.
    const { id, ramMiB } = plan.sized;
    const recorded = { key: stepKey("board", id, `${ramMiB} MiB`) };
    const boot = await whileRunning(context.reporter, ["board", id, recorded], ({ update }) =>
      bootBoard(plan, seconds, context, (phase) => update({ phase })),
    );
    const verdict = judgeBoot(plan, boot);
    const wallSeconds = (performance.now() - started) / 1000;
    if (!verdict.mayPass || earlier.length + 1 >= MAX_BOOTS[verdict.kind]) return { boot, verdict, wallSeconds, earlier };
    context.reporter.failed("board", plan.sized.id, wallSeconds, `${firstLine(verdict.reason)}; booting again`);
    earlier.push(`boot ${earlier.length + 1}: ${verdict.reason}`);
  }
}

function resultOf(plan: BoardPlan, { boot, verdict, wallSeconds, earlier }: LastBoot): BoardResult {
  const { records } = boot;
  const facts = readBoot(records);
  const counts = readCounts(plan, records);
  const [bare, loaded, smoke] = (["control", "addon", "smoke"] as const).map((name) => readEnd(records, name)?.memory);
  const reasons = [...earlier, ...(verdict.reason ? [`${verdict.reason}\n  log:  ${boardLog(plan)}`] : [])];
  return {
    ...describe(plan.sized, plan),
    verdict: verdict.kind === "passed" ? "passed" : "failed",
    ...(reasons.length > 0 ? { reason: reasons.join("\n") } : {}),
    ...(verdict.kind === "passed" ? {} : { fault: verdict.kind }),
    boots: earlier.length + 1,
    wallSeconds,
    ...(facts ? { kernel: facts.kernel, memTotalKiB: facts.memTotalKiB, bootSeconds: facts.seconds } : {}),
    ...(facts ? { timeline: timelineOf(records) } : {}),
    runtime: counts.runtime,
    ...(bare ? { bare } : {}),
    ...(loaded ? { loaded } : {}),
    ...(smoke ? { smoke } : {}),
    ...(counts.measures ? { measures: counts.measures } : {}),
    passed: counts.passed,
    failed: counts.failed,
  };
}

function timelineOf(records: Boot["records"]): NonNullable<BoardResult["timeline"]> {
  return (["control", "addon", "smoke"] as const).flatMap((program) => {
    const end = readEnd(records, program);
    return end ? [{ name: PROGRAM_NAMES[program], from: end.began, to: end.began + end.seconds }] : [];
  });
}

function firstLine(text = ""): string {
  return text.split("\n", 1)[0] ?? "";
}

function describe({ id, ramMiB, board: { target, cpu } }: SizedBoard, plan?: BoardPlan) {
  const standsIn = [plan?.machine.standsIn, plan?.runtime.standsIn].filter((text) => text !== undefined);
  return { board: id, target, cpu: plan?.cpu ?? cpu, machine: plan?.machine.model ?? "", standsIn, ramMiB };
}

function unsupportedResult(sized: SizedBoard, reason: string): BoardResult {
  return { ...describe(sized), verdict: "unsupported", reason, boots: 0, wallSeconds: 0, passed: 0, failed: 0 };
}

function noFile(path: string, target: string): BoardkitError {
  return new BoardkitError(`there is no ${path}, which the board needs`, {
    code: "NO_INPUT",
    exit: "usage",
    place: path,
    fix: `name another script or fix boardkit.smokeInputs in package.json; if the build writes it, run: boardkit build --target ${target}`,
  });
}
