// A machine made ready for a plan, and for what the plan needs: what every stage that builds something begins with.
import type { Plan } from "../../model/plan.ts";
import type { Project } from "../../model/project.ts";
import type { Triple } from "../../model/triple.ts";
import type { Context } from "../context.ts";
import { compiledStd, gatherFacts, type Wish } from "../plan/facts.ts";
import { setUpBuilders } from "./builders.ts";
import { setUpHost, setUpRust, setUpStore } from "./set-up.ts";
import type { Facts } from "../plan/inputs.ts";

/** Checks the host, brings the standard libraries of targets, and tells what planning must know after that. */
export async function readyFacts(project: Project, targets: Triple[], wish: Wish, context: Context): Promise<Facts> {
  await setUpHost(context, project, wish);
  const { facts, rust } = await gatherFacts(project, targets, wish, context);
  tellNewLockfile(facts, context);
  await setUpRust(targets, rust, context, wish.searchPath);
  // Of all facts set-up changes these alone: rustup adds folders to the toolchain, and what else is fetched comes after the plan.
  return { ...facts, std: compiledStd(targets, rust) };
}

/** Fetches and makes what a plan needs. */
export async function readyPlan(plan: Plan, stage: "build" | "smoke", { builders }: Facts, context: Context): Promise<void> {
  await setUpStore(plan, stage, context);
  await setUpBuilders(plan, builders, context);
}

/** Notes a lock file that cargo has just written into the project. */
export function tellNewLockfile({ newLockfile }: Facts, { reporter }: Context): void {
  if (newLockfile)
    reporter.note(
      "the project had no Cargo.lock: cargo has written one with the newest versions that fit; commit it, or the next may differ",
    );
}
