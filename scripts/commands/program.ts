// All commands and the options that they share.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../lib/paths.ts";
import { addAudit } from "./audit.ts";
import { addBoard } from "./board.ts";
import { addBuild } from "./build.ts";
import { addCompare } from "./compare.ts";
import { addDoctor } from "./doctor.ts";
import { addImages } from "./images.ts";
import { addInit } from "./init.ts";
import { addLoader } from "./loader.ts";
import { addMatrix } from "./matrix.ts";
import { addPackage } from "./package.ts";
import { addPlan } from "./plan.ts";
import { addPrepare } from "./prepare.ts";
import { addPublish } from "./publish.ts";
import { addShip } from "./ship.ts";
import { addSize } from "./size.ts";
import { addSmoke } from "./smoke.ts";
import { addTargets } from "./targets.ts";
import { addVerify } from "./verify.ts";

/** The program with every command; each gets the environment and the signal of an interrupt. */
export async function createProgram(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Command> {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  const program = new Command("boardkit")
    .description("Cross-compile, check, emulate and ship native Node addons to small boards and routers")
    .version(version)
    .option("--cwd <folder>", "the napi-rs project, and where relative paths of audit start", ".")
    .exitOverride()
    .showHelpAfterError("(boardkit --help lists commands and options)");
  program.addHelpText(
    "after",
    `
Exit codes: 0 ok, 1 a step failed, 2 usage or bad data, 3 nothing matched, 4 a tool is missing or too old, 130 interrupted.
Environment: BOARDKIT_CACHE is the folder for downloads (default ~/.cache/boardkit).`,
  );
  // Where Boardkit is installed as a package, what its own tests need is not.
  const isCheckout = existsSync(join(packageRoot, "package-lock.json"));
  const ownCommands = isCheckout ? (await import("../checks/commands/index.ts")).ownCommands : [];
  for (const add of [
    addShip,
    addBuild,
    addAudit,
    addSize,
    addCompare,
    addSmoke,
    addBoard,
    addPackage,
    addPublish,
    addInit,
    addMatrix,
    addPrepare,
    addVerify,
    addPlan,
    addTargets,
    addDoctor,
    addImages,
    addLoader,
    ...ownCommands,
  ])
    add(program, { env, signal });
  return program;
}
