// Many hosts: the canaries first, then the others side by side, until too many have failed. Pure but for the work on a host.
import { BoardkitError } from "../../lib/errors.ts";
import { inPool } from "../../lib/pool.ts";
import type { DeployHost } from "../../model/deploy/hosts.ts";
import type { HostResult } from "../../model/deploy/report.ts";
import type { DeploySettings } from "../../model/deploy/settings.ts";

/** Errors that say that ssh has not reached a host. */
const AWAY = new Set(["HOST_AWAY", "HOST_UNKNOWN", "HOST_REFUSED"]);

export function isFailed({ outcome }: HostResult): boolean {
  return outcome === "failed" || outcome === "returned" || outcome === "away";
}

/**
 * Works on each host; the results are in the order of the hosts. A host that is away says nothing about the release: it does not stop the
 * others, and another one is the canary in its place.
 */
export async function deployFleet(
  hosts: DeployHost[],
  { parallel, canary, maxFailures }: Pick<DeploySettings, "parallel" | "canary" | "maxFailures">,
  work: (host: DeployHost) => Promise<HostResult>,
  signal: AbortSignal,
): Promise<HostResult[]> {
  const results = new Map<string, HostResult>();
  const count = (outcome: (result: HostResult) => boolean) => [...results.values()].filter(outcome).length;
  const failures = () => count(({ outcome }) => outcome === "failed" || outcome === "returned");
  const one = async (host: DeployHost) => {
    if (failures() >= maxFailures) return;
    results.set(host.name, await attempt(host, work));
  };
  for (const host of hosts) {
    const passed = count((result) => !isFailed(result));
    // Canaries that failed end the deploy, whatever the settings allow for the others.
    if (hosts.length === 1 || passed >= canary || failures() > 0) break;
    await one(host);
  }
  const others = hosts.filter(({ name }) => !results.has(name));
  if (hosts.length === 1 || canary === 0 || failures() === 0)
    for (const settled of await inPool(others, { size: parallel, keepGoing: true }, one))
      if (settled.status === "rejected") throw settled.reason;
  signal.throwIfAborted();
  return hosts.map((host) => results.get(host.name) ?? { host: host.name, outcome: "skipped", seconds: 0, warnings: [] });
}

/** Works on a host; an error is the result for it. */
export async function attempt<T>(host: DeployHost, work: (host: DeployHost) => Promise<T>): Promise<T | HostResult> {
  const started = performance.now();
  try {
    return await work(host);
  } catch (error) {
    return failedResult(host, error, (performance.now() - started) / 1000);
  }
}

/** The result for a host with an error. A bug or an interrupt is no result. */
function failedResult({ name }: DeployHost, error: unknown, seconds: number): HostResult {
  if (!(error instanceof BoardkitError)) throw error;
  const { tail, fix } = error.details;
  return {
    host: name,
    outcome: AWAY.has(error.code) ? "away" : "failed",
    seconds,
    warnings: [],
    error: {
      code: error.code,
      message: error.message,
      ...(tail === undefined ? {} : { detail: tail }),
      ...(fix === undefined ? {} : { fix }),
    },
  };
}
