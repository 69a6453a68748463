// The health of the service on a board: a small script there, run once for each check, so that nothing stays in its memory.
import { setTimeout as sleep } from "node:timers/promises";
import { BoardkitError } from "../../../lib/errors.ts";
import { printable } from "../../../lib/printable.ts";
import { shellWord } from "../../../lib/shell-word.ts";
import type { HealthCheck } from "../../../model/deploy/settings.ts";

export type HealthResult = { healthy: boolean; why: string };
export type Ask = () => Promise<HealthResult>;

/** Seconds that one answer may take. */
const ANSWER_SECONDS = 5;

/** The script of a check: it ends with `healthy`, or with a line that says why not. Undefined if only the process counts. */
export function healthScript({ http, tcp, exec }: HealthCheck, release: string): string | undefined {
  if (http !== undefined) return httpScript(http.startsWith("http") ? http : `http://127.0.0.1${http.startsWith("/") ? ":80" : ""}${http}`);
  // The kernel's table names listening sockets by state 0A, with the port in hexadecimal.
  if (tcp !== undefined)
    return `grep -qi '^ *[0-9]*: [0-9A-F]*:${tcp.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F:]* 0A ' /proc/net/tcp /proc/net/tcp6 2>/dev/null && echo healthy || echo nothing listens on port ${tcp}`;
  if (exec !== undefined)
    return `cd ${shellWord(release)} && out=$(${exec.map(shellWord).join(" ")} 2>&1 </dev/null) && echo healthy || echo "the command of the health check exits with $?: $out"`;
  return undefined;
}

function httpScript(url: string): string {
  const word = shellWord(url);
  return [
    "if command -v curl >/dev/null",
    `then out=$(curl -fsS -o /dev/null -m ${ANSWER_SECONDS} ${word} 2>&1)`,
    `elif command -v wget >/dev/null`,
    `then out=$(wget -q -O /dev/null -T ${ANSWER_SECONDS} ${word} 2>&1)`,
    `else out=$(node -e 'fetch(process.argv[1]).then(r=>{if(!r.ok)throw Error(r.status)}).catch(e=>{console.error(e.cause||e);process.exit(1)})' ${word} 2>&1)`,
    `fi && echo healthy || echo ${shellWord(`no answer with 2xx from ${url}`)} "$out"`,
  ].join("\n");
}

/** What a check's output says. */
export function readHealth(stdout: string): HealthResult {
  const last = printable(stdout).trimEnd().split("\n").at(-1) ?? "";
  return last === "healthy" ? { healthy: true, why: "" } : { healthy: false, why: last || "the check prints nothing" };
}

export type Clock = { now: () => number; sleep: (seconds: number) => Promise<void> };
const realClock = (signal: AbortSignal): Clock => ({
  now: () => performance.now() / 1000,
  sleep: (seconds) => sleep(seconds * 1000, undefined, { signal }),
});

/** Asks until the service is healthy, and stays so for `steady` seconds; returns the seconds until it was healthy first. */
export async function waitForHealth(
  { interval, timeout, steady }: Pick<HealthCheck, "interval" | "timeout" | "steady">,
  ask: Ask,
  signal: AbortSignal,
  { now, sleep: wait }: Clock = realClock(signal),
): Promise<number> {
  const started = now();
  let since: number | undefined;
  for (;;) {
    const { healthy, why } = await ask();
    const at = now();
    if (healthy) since ??= at;
    if (healthy && at - since! >= steady) return since! - started;
    if (!healthy && since !== undefined) throw unhealthy(`it was healthy for ${(at - since).toFixed(1)} s, and then not: ${why}`);
    if (!healthy && at - started >= timeout) throw unhealthy(`it is not healthy after ${timeout} s: ${why}`);
    await wait(healthy ? Math.max(0.05, Math.min(interval, since! + steady - at)) : interval);
  }
}

function unhealthy(message: string): BoardkitError {
  return new BoardkitError(message, { code: "UNHEALTHY", fix: "the reason may be in the lines of its log" });
}
