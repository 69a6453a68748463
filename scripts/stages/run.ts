// Runs stages in order, and before each of them fetches its tools.
import { readProject } from "../model/project.ts";
import type { Context } from "./context.ts";
import { ensureTools } from "./set-up/ensure.ts";
import type { Request, Stage, State } from "./stage.ts";

/** Runs a list of stages on a new state. */
export async function runInOrder(stages: readonly Stage[], request: Request, context: Context): Promise<State> {
  const state: State = { request, project: readProject(request.cwd), seconds: {} };
  for (const stage of stages) {
    const started = performance.now();
    await ensureTools(stage.tools(state, context), state, context);
    Object.assign(state, await stage.run(state, context));
    state.seconds[stage.name] = (performance.now() - started) / 1000;
  }
  return state;
}
