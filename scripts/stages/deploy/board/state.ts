// The state of an app on a board, and its health there.
import { BoardkitError } from "../../../lib/errors.ts";
import type { HealthCheck } from "../../../model/deploy/settings.ts";
import { known, textOf, wordsOf } from "./answers.ts";
import { isCut } from "./send.ts";
import { healthScript, readHealth, type Ask } from "./health.ts";
import type { Board, Records } from "./tool.ts";

export type State = {
  good?: string;
  trial?: string;
  /** The release whose program runs. */
  running?: string;
  pid?: number;
  /** What its process runs; `name` is that of a runtime that a deploy has sent. */
  runtime?: { program: string; name?: string };
  /** Seconds that the program runs. */
  uptime?: number;
  rssBytes?: number;
  cap?: { bytes: number; inForce: boolean };
  restarts?: number;
  /** Whether the releases are in memory, and gone after a boot. */
  volatile?: boolean;
  /** The good release, if it was in memory and is gone with the power. */
  gone?: string;
  /** The last failure that the board keeps. */
  failure?: { release: string; reason: string };
};

/** The answer of `state`. */
export function readState(records: Records): State {
  const word = (name: string, at = 0) => known(wordsOf(records, name)[at]);
  const number = (name: string, at = 0) => {
    const found = Number(word(name, at) ?? Number.NaN);
    return Number.isNaN(found) ? undefined : found;
  };
  const [, ...reason] = textOf(records, "failure").split("\n");
  const failed = word("failure");
  const capBytes = number("cap");
  const [program = "", name = ""] = textOf(records, "runtime").split("\n");
  const state: { [K in keyof State]: State[K] | undefined } = {
    good: word("good"),
    trial: word("trial"),
    running: word("running"),
    pid: number("pid"),
    runtime: program === "" ? undefined : { program, ...(name === "" ? {} : { name }) },
    uptime: number("uptime"),
    rssBytes: number("rss"),
    cap: capBytes === undefined ? undefined : { bytes: capBytes, inForce: word("cap", 1) === "in-force" },
    restarts: number("restarts"),
    gone: word("gone"),
    volatile: word("volatile") === "yes" ? true : undefined,
    failure: failed === undefined ? undefined : { release: failed, reason: reason.join("\n").trim() },
  };
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
}

/** Asks whether the service is healthy: its release runs, always in the same process, and the check of the settings succeeds. */
export function askHealth(board: Board, health: HealthCheck, id: string): Ask {
  let healthy: number | undefined;
  const script = healthScript(health, `${board.folder}/releases/${id}`);
  /** A link that comes back within the time of the trial says nothing about the service. */
  const again = async <T>(one: () => Promise<T>): Promise<T> => {
    try {
      return await one();
    } catch (error) {
      if (!isCut(error)) throw error;
      await board.session.renew();
      return one();
    }
  };
  return async () => {
    const records = await again(() => board.call("health", [id, ...(script === undefined ? [] : [script])]));
    const { running, pid, trial } = readState(records);
    if (trial !== id) throw lost(board.name);
    if (running !== id) return { healthy: false, why: running === undefined ? "its program has ended" : `release ${running} runs instead` };
    if (healthy !== undefined && pid !== healthy) return { healthy: false, why: "its program has ended, and was started again" };
    const result = script === undefined ? { healthy: true, why: "" } : readHealth(textOf(records, "health"));
    if (result.healthy) healthy = pid;
    return result;
  };
}

function lost(name: string): BoardkitError {
  return new BoardkitError(`the board has given up the new release: its program ended at each start`, {
    code: "TRIAL_LOST",
    place: name,
    fix: "the reason may be in the lines of its log",
  });
}
