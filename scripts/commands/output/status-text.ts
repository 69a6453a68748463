// The state of an app on boards as text.
import { formatTable } from "../../lib/reporter.ts";
import type { HostStatus } from "../../stages/deploy/operations.ts";
import type { State } from "../../stages/deploy/board/state.ts";
import { describeFailure } from "./deploy-text.ts";

/** A row for each host; below, why a host has none, and the last failure. */
export function describeStatus(all: HostStatus[]): string {
  const rows = all.map(({ host, error, state }) => {
    if (error !== undefined || state === undefined) return [`✗ ${host}`, error?.code ?? "-", "-", "-", "-", "-", "-", "-"];
    const { running, good, gone, trial, runtime, uptime, rssBytes, cap, restarts } = state;
    return [
      `${running === undefined ? "✗" : "✓"} ${host}`,
      running ?? "stopped",
      trial !== undefined
        ? `trial of ${trial}`
        : gone !== undefined
          ? "gone with the power"
          : running !== undefined && running !== good
            ? `not the good one, ${good ?? "none"}`
            : "good",
      runtime === undefined ? "-" : describeRuntime(runtime),
      uptime === undefined ? "-" : describeSeconds(uptime),
      rssBytes === undefined ? "-" : mib(rssBytes),
      cap === undefined ? "none" : `${mib(cap.bytes)}${cap.inForce ? "" : ", cap not in force"}`,
      restarts === undefined ? "-" : `${restarts}`,
    ];
  });
  return [
    formatTable(["host", "release", "state", "runtime", "up", "RSS", "cap", "restarts"], rows),
    ...all.flatMap(({ host, error, failure, state }) => [
      ...(error === undefined ? [] : ["", `${host}: ${error.message}`, ...(error.fix === undefined ? [] : [`  fix: ${error.fix}`])]),
      ...(state?.gone === undefined ? [] : ["", `${host}: release ${state.gone} was in memory, and is gone with the power: deploy again`]),
      ...(failure === undefined ? [] : ["", `${host}: last failure, of ${failure.release}`, ...describeFailure(failure)]),
    ]),
  ].join("\n");
}

/** A runtime that a deploy has sent by its name, another one by its path; a program of the release is none. */
function describeRuntime({ program, name }: NonNullable<State["runtime"]>): string {
  return name ?? (/\/releases\/[0-9a-f]{16}\//.test(program) ? "-" : program);
}

function mib(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

function describeSeconds(seconds: number): string {
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
  ];
  const [unit, size] = units.find(([, one]) => seconds >= 2 * one) ?? ["s", 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}
