import { writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import { boardFileOf } from "../model/probe/board-file.ts";
import type { ProbeReport } from "../model/probe/facts.ts";
import type { Registry } from "../model/registry.ts";
import { probeHost } from "../stages/probe/probe.ts";
import type { Define } from "./command.ts";
import { describeProbe } from "./output/probe-text.ts";
import { createContext, folderOf, jsonOption, print } from "./shared.ts";

type Options = { writeBoard?: string; trust: boolean; sshConfig?: string; json: boolean };

/** `boardkit probe`: what a machine is, and which target and board fit it. */
export const defineProbe: Define = (command, edge) => {
  command
    .description("ask a machine over ssh what it is, and find the target and the board that fit")
    .argument("<host>", "the machine, as ssh takes it: pi@kitchen, 192.168.1.1, a Host of ~/.ssh/config")
    .option("--write-board <file>", "write a board file for the machine, for example targets/boards/kitchen.json")
    .option("--trust", "accept and keep the key of a host that is not known yet; print its fingerprint", false)
    .option("--ssh-config <file>", "configuration of ssh, instead of ~/.ssh/config")
    .addOption(jsonOption())
    .action(async (name: string, options: Options) => {
      const context = createContext({ json: options.json }, edge);
      const cwd = folderOf(command);
      const file = options.writeBoard === undefined ? undefined : resolve(cwd, options.writeBoard);
      const id = file === undefined ? undefined : boardId(file, context.registry);
      const config = options.sshConfig === undefined ? undefined : resolve(cwd, options.sshConfig);
      const report = await probeHost({ name, config, trust: options.trust }, context);
      print(options.json ? JSON.stringify(report, null, 2) : describeProbe(report));
      if (file === undefined || id === undefined) return;
      await writeBoard(file, id, report, context.registry);
      context.reporter.note(`wrote ${file}`);
    });
};

/** The id of a board file, which is its name. */
function boardId(file: string, registry: Registry): string {
  const id = basename(file, ".json");
  const taken = [...registry.boards.values()].some((one) => one.id === id || one.memory.some((size) => size.id === id));
  if (file.endsWith(".json") && /^[a-z0-9][a-z0-9-]*$/.test(id) && !taken) return id;
  throw new BoardkitError(taken ? `there is a board ${id}` : `${basename(file)} is not the name of a board file`, {
    code: "USAGE",
    exit: "usage",
    place: file,
    fix: "the name is that of the board: lower-case letters, digits and hyphens, and .json; for example kitchen.json",
  });
}

async function writeBoard(file: string, id: string, report: ProbeReport, registry: Registry): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(boardFileOf(registry, report, id), null, 2)}\n`, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST" && code !== "ENOENT") throw error;
    throw new BoardkitError(code === "EEXIST" ? "the file exists already" : "its folder does not exist", {
      code: "USAGE",
      exit: "usage",
      place: file,
      fix: code === "EEXIST" ? "remove it, or choose another name" : "make the folder, or choose another one",
      cause: error,
    });
  }
}
