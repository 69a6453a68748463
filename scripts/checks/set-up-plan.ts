// A plan with its tools set up, for checks that run single steps or runs of it.
import type { Context } from "../stages/context.ts";
import { runStages } from "../stages/pipeline.ts";
import { writeHostFiles } from "../stages/plan/host.ts";
import { setUpBuilders } from "../stages/set-up/builders.ts";
import { fetchItems } from "../stages/set-up/fetch.ts";
import { need, type Request } from "../stages/stage.ts";
import type { Plan } from "../model/plan.ts";

/** Sets up, plans, and fetches the tools of the plan's steps and smoke runs. */
export async function setUpPlan(request: Request, context: Context): Promise<{ plan: Plan; rustc: string }> {
  const state = await runStages(["set-up", "plan"], request, context);
  const [plan, facts] = [need(state, "plan"), need(state, "facts")];
  await fetchItems(
    plan.targets.flatMap(({ needs }) => [...needs.build, ...needs.smoke]),
    context,
  );
  await setUpBuilders(plan, facts.builders, state.project.settings.containerBase, context);
  await writeHostFiles(
    plan.targets.flatMap(({ steps }) => steps),
    context.cache,
    context.registry,
  );
  return { plan, rustc: facts.rustc };
}
