import type { Command } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import type { BoardReport, BoardResult } from "../model/board-report.ts";
import { readProject } from "../model/project.ts";
import { type Registry, selectProfile, selectSizes } from "../model/registry.ts";
import { openShell } from "../stages/board/boot.ts";
import type { BoardOptions } from "../stages/board/plan.ts";
import { planBoards, runBoards, setUpBoards } from "../stages/board/board.ts";
import { setUpHost } from "../stages/set-up/set-up.ts";
import { describeBoards } from "./board-table.ts";
import { createContext, type Edge, jsonOption, parseCount, print } from "./shared.ts";

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
export function addBoard(program: Command, edge: Edge): void {
  program
    .command("board")
    .description("boot boards under QEMU with exactly their memory and CPU, and run the built addon there")
    .argument("[ids...]", "boards of targets/boards or their memory sizes; all if none is named")
    .option("--memory <MiB>", "memory instead of the board's own", parseCount(8, 65_536))
    .option("--timeout <seconds>", "the deadline of what runs on a board", parseCount(1, 86_400), 120)
    .option("--script <file>", "a script that the board's Node runs instead of the project's smoke script")
    .option("--profile <id>", "run with the limits and the flags for Node of a profile of targets/profiles")
    .option("--find-min", "find the smallest memory at which each board still passes", false)
    .option("--shell", "get a shell on the board's console instead", false)
    .option("-j, --jobs <n>", "boards side by side", parseCount(1, 64), 2)
    .addOption(jsonOption())
    .action(async (ids: string[], options: Options, command: Command) => {
      const context = createContext(options, edge);
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      const project = readProject(cwd);
      const boards = selectSizes(context.registry, ids);
      const { plans, unsupported } = await planBoards(boards, project, boardOptions(options, context.registry), context);
      if (options.shell && plans.length !== 1) throw notOne(plans.length);
      await setUpHost(context, project, { searchPath: edge.env.PATH ?? "" });
      const qemu = await setUpBoards(plans, context);
      if (options.shell) return void (await Promise.all(plans.map((plan) => openShell(plan, context))));
      const ran = await runBoards(plans, { seconds: options.timeout, findLeast: options.findMin }, context);
      const results = [...ran, ...unsupported];
      const report: BoardReport = { schema: 1, qemu, boards: results };
      print(options.json ? JSON.stringify(report, null, 2) : describeBoards(report));
      failOnBoards(results);
    });
}

function boardOptions({ memory, script, profile, findMin }: Options, registry: Registry): BoardOptions {
  return {
    anyMemory: findMin,
    ...(memory === undefined ? {} : { memory }),
    ...(script === undefined ? {} : { script }),
    ...(profile === undefined ? {} : { profile: selectProfile(registry, profile) }),
  };
}

function failOnBoards(results: BoardResult[]): void {
  const failed = results.filter((result) => result.verdict === "failed");
  if (failed.length === 0) return;
  throw new BoardkitError(`${failed.length} of ${results.length} boards failed: ${failed.map(({ board }) => board).join(", ")}`, {
    code: "BOARD_FAILED",
    fix: "the reasons and the paths of the logs are above",
  });
}

function notOne(count: number): BoardkitError {
  return new BoardkitError(`--shell goes with one board, and ${count} are chosen`, {
    code: "USAGE",
    exit: "usage",
    fix: "name one board that can be booted",
  });
}
