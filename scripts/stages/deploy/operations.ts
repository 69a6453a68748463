// What the other commands do with an app on a board: status, log, rollback, restart, remove.
import { inPool } from "../../lib/pool.ts";
import type { DeployHost } from "../../model/deploy/hosts.ts";
import type { Failure, HostResult } from "../../model/deploy/report.ts";
import type { Context } from "../context.ts";
import { known, readFailure, readInventory, textOf } from "./board/answers.ts";
import { withBoard, type App } from "./board/connect.ts";
import { faultOf } from "./board/faults.ts";
import { attempt } from "./fleet.ts";
import { requireLock, withLock } from "./board/lock.ts";
import { readState, type State } from "./board/state.ts";
import { tryRelease } from "./trial.ts";

export type HostStatus = {
  host: string;
  state?: State;
  failure?: Failure & { release: string };
  error?: NonNullable<HostResult["error"]>;
};

/** The hosts of an operation. */
export type Hosts = {
  hosts: DeployHost[];
  /** Whether the error for a single host is its result too. Otherwise it is thrown, and printed with all that it says. */
  asResults: boolean;
};

/** The state of an app on each host; a host with an error has that instead. */
export async function statusOf(hosts: Hosts, app: App, context: Context): Promise<HostStatus[]> {
  const results = await onEach(hosts, { app, context }, (host) =>
    withBoard(host, app, context, async ({ board }): Promise<HostStatus> => {
      const state = readState(await board.call("state"));
      if (state.failure === undefined) return { host: host.name, state };
      const { release } = state.failure;
      return { host: host.name, state, failure: { release, ...readFailure(await board.call("failure", [release])) } };
    }),
  );
  return results.map((result) => ("outcome" in result ? { host: result.host, ...(result.error ? { error: result.error } : {}) } : result));
}

/** Runs the release before the good one, as a deploy of it; the board returns to the good one if it is not healthy. */
export function rollBack(hosts: Hosts, app: App, context: Context): Promise<HostResult[]> {
  return onEach(hosts, { app, context }, (host) =>
    withBoard(host, app, context, ({ board }) =>
      withLock(board, async (token): Promise<HostResult> => {
        const started = performance.now();
        const { good, previous, locked } = readInventory(await board.call("inventory", [token]));
        requireLock(locked, board);
        if (previous === undefined) throw faultOf("NO_PREVIOUS there is no release before the running one on this board", board.name);
        const tried = await tryRelease(board, token, { id: previous, begin: "rollback", app, context });
        return {
          ...tried,
          host: host.name,
          release: previous,
          ...(good === undefined ? {} : { previous: good }),
          seconds: (performance.now() - started) / 1000,
          warnings: [],
        };
      }),
    ),
  );
}

/** Runs an operation that needs the lock on each host: `restart`, or `remove` with its arguments. */
export function operate(hosts: Hosts, app: App, context: Context, [op, ...args]: [string, ...string[]]): Promise<HostResult[]> {
  return onEach(hosts, { app, context }, (host) =>
    withBoard(host, app, context, ({ board }) =>
      withLock(board, async (token): Promise<HostResult> => {
        const started = performance.now();
        const kept = known(textOf(await board.call(op, [token, ...args]), "kept"));
        const warnings = kept === undefined ? [] : [`the data folder ${kept} was there before the first deploy, and stays`];
        return { host: host.name, outcome: "done", seconds: (performance.now() - started) / 1000, warnings };
      }),
    ),
  );
}

/** Passes the log of the service on; `follow`: until the link or the user ends it. */
export async function showLog(
  host: DeployHost,
  app: App,
  { lines, follow, write }: { lines: number; follow: boolean; write: (text: string) => void },
  context: Context,
): Promise<void> {
  await withBoard(host, app, context, async ({ board }) => {
    // It brings the tool, or says that there is no app.
    await board.call("state");
    // The shared connection holds its output open until the command there ends, and this one ends with its next line.
    const stop = () => void board.session.renew();
    context.signal.addEventListener("abort", stop, { once: true });
    try {
      await board.stream("logs", [lines, ...(follow ? ["follow"] : [])], write);
    } finally {
      context.signal.removeEventListener("abort", stop);
    }
  });
}

async function onEach<T>(
  { hosts, asResults }: Hosts,
  { app, context }: { app: App; context: Context },
  work: (host: DeployHost) => Promise<T>,
): Promise<(T | HostResult)[]> {
  const [only] = hosts;
  if (hosts.length === 1 && only && !asResults) return [await work(only)];
  const settled = await inPool(hosts, { size: app.settings.parallel, keepGoing: true }, (host) => attempt(host, work));
  context.signal.throwIfAborted();
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}
