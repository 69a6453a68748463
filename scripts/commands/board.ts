import { BoardkitError } from "../lib/errors.ts";
import type { BoardResult } from "../model/report/board-report.ts";
import { readProject } from "../model/project.ts";
import { type Registry, selectProfile, selectSizes } from "../model/registry.ts";
import { planBoards, setUpBoards } from "../stages/board/board.ts";
import { openShell } from "../stages/board/boot.ts";
import type { BoardOptions } from "../stages/board/plan.ts";
import type { Context } from "../stages/context.ts";
import { runStages } from "../stages/pipeline.ts";
import { ensureTools } from "../stages/set-up/ensure.ts";
import { runPrograms } from "../stages/set-up/host-tools.ts";
import { need, type Request } from "../stages/stage.ts";
import type { Define } from "./command.ts";
import { describeBoards } from "./output/board-table.ts";
import { addToJobSummary } from "./output/markdown.ts";
import { summariseBoards } from "./output/summary.ts";
import { createContext, jsonOption, parseCount, print, requestOf } from "./shared.ts";

type Options = {
  memory?: number;
  timeout: number;
  script?: string;
  profile?: string;
  shell: boolean;
  findMin: boolean;
  jobs: number;
  json: boolean;
};

/** `boardkit board`: boots boards with their memory and CPU, and runs the addon there. */
export const defineBoard: Define = (command, edge) => {
  command
    .argument("[ids...]", "boards of targets/boards, or their memory sizes; default: all")
    .option("--memory <MiB>", "memory size, instead of the board's own", parseCount(8, 65_536))
    .option("--timeout <seconds>", "time limit for the programs on a board", parseCount(1, 86_400), 120)
    .option("--script <file>", "script for the board's Node, instead of the project's smoke script")
    .option("--profile <id>", "use the limits and Node flags of a profile of targets/profiles")
    .option("--find-min", "find the smallest memory at which each board still passes", false)
    .option("--shell", "open a shell on the board's console instead", false)
    .option("-j, --jobs <n>", "number of boards to run in parallel", parseCount(1, 64), 2)
    .addOption(jsonOption())
    .action(async (ids: string[], options: Options) => {
      const context = createContext(options, edge);
      const boards = {
        ids,
        options: boardOptions(options, context.registry),
        seconds: options.timeout,
        findLeast: options.findMin,
      };
      const request = { ...requestOf({}, command, edge), boards };
      if (options.shell) return openOneShell(request, context);
      const report = need(await runStages(["board"], request, context), "boards");
      print(options.json ? JSON.stringify(report, null, 2) : describeBoards(report));
      await addToJobSummary(edge.env, () => summariseBoards(report.boards));
      failOnBoards(report.boards);
    });
};

function boardOptions({ memory, script, profile, findMin }: Options, registry: Registry): BoardOptions {
  return {
    anyMemory: findMin,
    ...(memory === undefined ? {} : { memory }),
    ...(script === undefined ? {} : { script }),
    ...(profile === undefined ? {} : { profile: selectProfile(registry, profile) }),
  };
}

/** Opens a shell on the console of the requested board. */
async function openOneShell(request: Request & Required<Pick<Request, "boards">>, context: Context): Promise<void> {
  const project = readProject(request.cwd);
  const { plans } = await planBoards(selectSizes(context.registry, request.boards.ids), project, request.boards.options, context);
  const [plan] = plans;
  if (!plan || plans.length !== 1) throw notOneBoard(plans.length);
  await ensureTools({ programs: runPrograms }, { request }, context);
  await setUpBoards(plans, project, context);
  await openShell(plan, context);
}

function failOnBoards(results: BoardResult[]): void {
  const failed = results.filter((result) => result.verdict === "failed");
  if (failed.length === 0) return;
  throw new BoardkitError(`${failed.length} of ${results.length} boards failed: ${failed.map(({ board }) => board).join(", ")}`, {
    code: "BOARD_FAILED",
    fix: "the reasons and the paths of the logs are above",
  });
}

function notOneBoard(count: number): BoardkitError {
  return new BoardkitError(`--shell requires exactly one board, and ${count} are chosen`, {
    code: "USAGE",
    exit: "usage",
    fix: "name one board that can be booted",
  });
}
