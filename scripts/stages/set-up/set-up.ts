// The stage set-up: checks the machine, fetches Rust's standard libraries, and gathers the facts for the plan.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { distFolder } from "../../model/names.ts";
import type { Context } from "../context.ts";
import { choiceOf, chooseTargets, othersOf } from "../plan/choose.ts";
import { announce } from "../plan/estimate.ts";
import { compiledStd, gatherFacts, noteNewLockfile } from "../plan/facts.ts";
import type { Facts } from "../plan/inputs.ts";
import { makePlan } from "../plan/plan.ts";
import type { Stage, State } from "../stage.ts";
import { hostTools, requirePackages, requireSpace } from "./host-tools.ts";
import { setUpRust } from "./rust.ts";

export const setUp = {
  name: "set-up",
  tools: () => ({ programs: hostTools.map(({ name }) => name) }),
  run: async (state, context) => ({ facts: await setUpHost(state, context) }),
} as const satisfies Stage;

async function setUpHost({ project, request }: State, context: Context): Promise<Facts> {
  // The image of cross contains them.
  if (request.builder !== "cross") await requirePackages(project.settings.systemPackages, context.signal);
  await mkdir(context.cache, { recursive: true });
  if (!existsSync(join(context.cache, "store"))) requireSpace(context.cache, "cache");
  if (!existsSync(distFolder(project.folder))) requireSpace(project.folder, "project");
  const targets = chooseTargets(project, request, context);
  const { facts, rust } = await gatherFacts(project, targets, request, context);
  noteNewLockfile(facts, context);
  if (request.announce) {
    const planned = makePlan(context.registry, targets, project, facts, choiceOf(request, context), othersOf(project, context));
    announce(planned, context);
  }
  await setUpRust(targets, rust, context, request.searchPath);
  // Only rustup changes one of these facts: it adds folders to the toolchain. Everything else is fetched after the plan.
  return { ...facts, std: compiledStd(targets, rust) };
}
