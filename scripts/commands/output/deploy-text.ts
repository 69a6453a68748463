// The results of `boardkit deploy` as text.
import { formatSize, formatTable } from "../../lib/reporter.ts";
import type { DeployPlan, Failure, HostResult } from "../../model/deploy/report.ts";

const MARK: Record<HostResult["outcome"], string> = {
  deployed: "✓",
  unchanged: "✓",
  planned: "✓",
  done: "✓",
  returned: "✗",
  failed: "✗",
  away: "✗",
  skipped: "-",
};

/** One host in sentences, several as a table; below, the reasons of failures. */
export function describeDeploy(results: HostResult[]): string {
  const [only] = results;
  if (results.length === 1 && only) return [...describeHost(only), ...reasons(only)].join("\n");
  const rows = results.map((one) => [
    `${MARK[one.outcome]} ${one.host}`,
    one.outcome,
    one.release ?? "-",
    one.previous ?? "-",
    sentOf(one),
    one.outcome === "skipped" ? "-" : `${one.seconds.toFixed(1)}s`,
  ]);
  return [
    formatTable(["host", "outcome", "release", "before", "sent", "wall"], rows),
    ...results.flatMap((one) => {
      const lines = reasons(one);
      return lines.length > 0 ? ["", `${one.host}:`, ...lines] : [];
    }),
  ].join("\n");
}

/** What was sent, or would be before compression. */
function sentOf({ outcome, sentBytes, plan }: HostResult): string {
  if (outcome === "planned" && plan !== undefined) return `${formatSize(plan.bytes)} to send`;
  return sentBytes === undefined ? "-" : formatSize(sentBytes);
}

function describeHost(one: HostResult): string[] {
  const { host, outcome, release, previous, plan, sentFiles = 0, sentBytes = 0, healthySeconds, seconds } = one;
  const sent = `sent ${sentFiles} files, ${formatSize(sentBytes)}`;
  switch (outcome) {
    case "planned":
      return plan === undefined ? [] : describePlan(one, plan);
    case "unchanged":
      return [`✓ ${host} runs ${release} already (${seconds.toFixed(1)} s)`];
    case "deployed":
      return [`✓ ${host} runs ${release}: healthy after ${(healthySeconds ?? 0).toFixed(1)} s; ${sent} (${seconds.toFixed(1)} s)`];
    case "returned":
      return [`✗ ${host} runs ${previous ?? "nothing"} again, and not ${release}; ${sent} (${seconds.toFixed(1)} s)`];
    default:
      return [`${MARK[outcome]} ${host}: ${outcome}`];
  }
}

/** The most files that a plan names. */
const MOST_NAMED = 40;

function describePlan({ host, release, target, board }: HostResult, plan: DeployPlan): string[] {
  const { files, kept, bytes, needed, free, folder, service, good, releases, runtime } = plan;
  const more = files.length - MOST_NAMED;
  return [
    `${host}: release ${release} for ${board ?? target}`,
    `  into    ${folder}, a service of ${service}`,
    `  runs    ${good ?? "nothing yet"}${releases.length > 0 ? `; releases there: ${releases.join(", ")}` : ""}`,
    `  send    ${files.length} files, ${formatSize(bytes)} before compression; ${kept} files are there`,
    ...(runtime === undefined ? [] : [`  runtime ${describeRuntime(runtime)}`]),
    `  space   ${formatSize(needed)} needed${free === undefined ? "" : `, ${formatSize(free)} free`}`,
    ...files.slice(0, MOST_NAMED).map((path) => `    + ${path}`),
    ...(more > 0 ? [`    and ${more} more; --json lists all`] : []),
  ];
}

function describeRuntime({ name, bytes, packedBytes, isThere }: NonNullable<DeployPlan["runtime"]>): string {
  return `${name}, ${formatSize(bytes)}, ${isThere ? "is there" : `${formatSize(packedBytes)} to send`}`;
}

function reasons({ error, failure, warnings, outcome }: HostResult): string[] {
  return [
    ...warnings.map((text) => `  ! ${text}`),
    ...(error === undefined ? [] : [`  ${error.code}: ${error.message}`]),
    ...(error?.detail === undefined ? [] : error.detail.split("\n").map((line) => `  │ ${line}`)),
    ...(failure === undefined ? [] : describeFailure(failure).filter((line) => line !== `  reason: ${error?.message}`)),
    // With one host the error has it too.
    ...(error?.fix === undefined || outcome === "returned" ? [] : error.fix.split("\n").map((line) => `  fix: ${line}`)),
  ];
}

/** Why a trial failed, with the last lines of the log. */
export function describeFailure({ reason, exit, oom, log }: Failure): string[] {
  return [
    `  reason: ${reason}`,
    ...(exit === undefined ? [] : [`  program: ${exit}`]),
    ...(oom === undefined ? [] : [`  memory: ${oom}`]),
    ...log.slice(-20).map((line) => `  │ ${line}`),
  ];
}
