// All commands and the options that they share.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../lib/paths.ts";
import { addAudit } from "./audit.ts";
import { addBenchAudit } from "./bench-audit.ts";
import { addBenchCache } from "./bench-cache.ts";
import { addBenchEngine } from "./bench-engine.ts";
import { addBoard } from "./board.ts";
import { addBenchLoad } from "./bench-load.ts";
import { addBuild } from "./build.ts";
import { addConformance } from "./conformance.ts";
import { addDifferential } from "./differential.ts";
import { addDoctor } from "./doctor.ts";
import { addFuzzEngine } from "./fuzz-engine.ts";
import { addFuzz } from "./fuzz.ts";
import { addGenerate } from "./generate.ts";
import { addLimits } from "./limits.ts";
import { addLoader } from "./loader.ts";
import { addPackage } from "./package.ts";
import { addPlan } from "./plan.ts";
import { addPublish } from "./publish.ts";
import { addPublished } from "./published.ts";
import { addShip } from "./ship.ts";
import { addSize } from "./size.ts";
import { addSmoke } from "./smoke.ts";
import { addTargets } from "./targets.ts";
import { addTestDeep } from "./test-deep.ts";
import { addTest } from "./test.ts";
import { addTestInstall } from "./test-install.ts";

/** The program with every command; each gets the environment and the signal of an interrupt. */
export function createProgram(env: NodeJS.ProcessEnv, signal: AbortSignal): Command {
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
  for (const add of [
    addShip,
    addBuild,
    addAudit,
    addSize,
    addSmoke,
    addBoard,
    addPackage,
    addPublish,
    addPlan,
    addTargets,
    addDoctor,
    addLoader,
    addTest,
    addTestDeep,
    addTestInstall,
    addFuzz,
    addFuzzEngine,
    addPublished,
    addBenchAudit,
    addBenchCache,
    addBenchEngine,
    addBenchLoad,
    addConformance,
    addDifferential,
    addLimits,
    addGenerate,
  ])
    add(program, { env, signal });
  return program;
}
