// Runs stages in order, and before each of them fetches its tools. What a later stage needs is fetched beside the work of an earlier one.
import { readProject } from "../model/project.ts";
import type { Context } from "./context.ts";
import { ensureTools } from "./set-up/ensure.ts";
import type { Request, Stage, State } from "./stage.ts";

/** Runs a list of stages on a new state. */
export async function runInOrder(stages: readonly Stage[], request: Request, context: Context): Promise<State> {
  const state: State = { request, project: readProject(request.cwd), seconds: {} };
  const stop = new AbortController();
  const beside = { ...context, signal: AbortSignal.any([context.signal, stop.signal]) };
  let early: Promise<void> | undefined;
  try {
    for (const [index, stage] of stages.entries()) {
      const started = performance.now();
      if (stage.early) await early;
      await ensureTools(stage.tools(state, context), state, context);
      early ??= fetchEarly(stages.slice(index + 1), state, beside);
      Object.assign(state, await stage.run(state, context));
      state.seconds[stage.name] = (performance.now() - started) / 1000;
    }
  } finally {
    stop.abort();
    await early;
  }
  return state;
}

/**
 * Fetches toolchains beside other work, once the state shows which; undefined until then. A failure is left to the stage that needs them:
 * it fetches them again, and reports it.
 */
function fetchEarly(stages: readonly Stage[], state: State, context: Context): Promise<void> | undefined {
  const items = stages.flatMap((stage) => stage.early?.(state, context) ?? []);
  return items.length > 0 ? ensureTools({ items }, state, context).catch(() => undefined) : undefined;
}
