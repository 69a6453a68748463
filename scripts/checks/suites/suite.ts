// A suite of `npm test`: a command, and a function that counts its report.
import type { Context } from "../../stages/context.ts";
import type { Count } from "./counts.ts";

export type Suite = {
  name: string;
  /** A function if the command is a tool of the store, whose path the context gives. */
  argv: string[] | ((context: Context) => string[]);
  cwd?: string | undefined;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** After this time the suite is ended, and has failed. */
  timeoutSeconds?: number;
  /** Why the suite cannot run here, with the fix; undefined if it can. It may fetch a missing tool. */
  findObstacle?: (context: Context) => Promise<string | undefined>;
  /** The file of the suite's report; the default is its stdout. */
  report?: string;
  count: Count;
  /** It waits more than it computes: it runs beside the suites after it. */
  beside?: boolean;
};
