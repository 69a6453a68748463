// Runs stages in order, and before each of them fetches its tools. What a later stage needs is fetched beside the work of an earlier one.
import { readProject } from "../model/project.ts";
import type { Context } from "./context.ts";
import { ensureTools } from "./set-up/ensure.ts";
import type { Request, Stage, State } from "./stage.ts";

/** Runs a list of stages on a new state. */
export async function runInOrder(stages: readonly Stage[], request: Request, context: Context): Promise<State> {
  const state: State = { request, project: readProject(request.cwd), seconds: {} };
  const early = fetchEarly(state, context);
  try {
    for (const [index, stage] of stages.entries()) {
      const started = performance.now();
      if (stage.early) await early.wait();
      await ensureTools(stage.tools(state, context), state, context);
      early.start(stages.slice(index + 1));
      Object.assign(state, await stage.run(state, context));
      state.seconds[stage.name] = (performance.now() - started) / 1000;
    }
  } finally {
    await early.cancel();
  }
  return state;
}

/** Fetches toolchains beside other work. A failure is left to the stage that needs them: it fetches them again, and reports it. */
function fetchEarly(
  state: State,
  context: Context,
): { start(stages: readonly Stage[]): void; wait(): Promise<void>; cancel(): Promise<void> } {
  const stop = new AbortController();
  const own = { ...context, signal: AbortSignal.any([context.signal, stop.signal]) };
  const begun = new Set<string>();
  let running: Promise<void> = Promise.resolve();
  return {
    start: (stages) => {
      const items = stages.flatMap((stage) => stage.early?.(state, context) ?? []).filter((item) => !begun.has(item));
      for (const item of items) begun.add(item);
      const before = running;
      if (items.length > 0) running = before.then(() => ensureTools({ items }, state, own)).catch(() => undefined);
    },
    wait: () => running,
    cancel: async () => {
      stop.abort();
      await running;
    },
  };
}
