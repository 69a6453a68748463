// Helpers of the tests of builtins.
import { type Builtin, Engine, type EngineOptions, GridError } from "../../ts/index.ts";

/** An engine with builtins and a policy of package p. */
export function engineWith(builtins: Record<string, Builtin>, body: string, options: EngineOptions = {}): Engine {
  const engine = new Engine({ ...options, builtins });
  engine.loadPolicy("p.rego", `package p\n${body}`);
  return engine;
}

/** The GridError that a call throws. */
export function thrown(call: () => unknown): GridError {
  try {
    call();
  } catch (error) {
    if (error instanceof GridError) return error;
    throw error;
  }
  throw new Error("the call did not throw");
}
