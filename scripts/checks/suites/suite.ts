// A suite of `npm test`: a command, and how its report is counted.
import type { Context } from "../../stages/context.ts";
import type { Count } from "./counts.ts";

export type Suite = {
  name: string;
  /** Of a tool in the store once it is known where that is. */
  argv: string[] | ((context: Context) => string[]);
  cwd?: string | undefined;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** What hangs is ended then, and has failed. */
  timeoutSeconds?: number;
  /** Why the suite cannot run here, with the fix, if it cannot; it may fetch what is missing. */
  findObstacle?: (context: Context) => Promise<string | undefined>;
  /** File that the suite writes its report to; without it the report is its stdout. */
  report?: string;
  count: Count;
};
