// One published addon under the emulator: in the target's Node, or in the host if there is no Node.
import { RUN_TIMEOUT_SECONDS, runControl } from "../../emulate/control.ts";
import type { PlannedRun, TargetPlan } from "../../model/plan.ts";
import { run, tailOf, type Outcome } from "../../tools/exec.ts";
import { nameOf } from "./addon.ts";
import type { Entry } from "./list.ts";

export type Observed = {
  /** `unknown`: the control run without the addon failed too. */
  end: "runs" | "dies" | "fails" | "unknown";
  /** The program that ran it. */
  program: "Node" | "host";
  /** Whether the addon was called or only loaded. */
  did: "call" | "load";
  reason: string;
};

/** QEMU's names of CPUs, if they differ from those of targets/cpus. */
const QEMU_NAME: Record<string, string> = { "x86-64": "qemu64", "x86-64-v2": "Nehalem", "x86-64-v3": "Haswell" };

/** Features that QEMU's CPUs have and those of targets/cpus do not. */
const QEMU_EXTRA: Record<string, string[]> = { "cortex-a53": ["aes", "sha2"], "cortex-a72": ["aes", "sha2"] };

/** The run of a target for an entry, and its CPU by the name of targets/cpus. */
export function chooseRun({ runs, target }: TargetPlan, entry: Entry): { planned: PlannedRun; cpu: string } {
  const name = entry.cpu && (QEMU_NAME[entry.cpu] ?? entry.cpu);
  const planned = (name && runs.find(({ cpu }) => cpu === name)) || runs[0];
  if (!planned) throw new TypeError(`neither Node nor the host runs for ${target.triple}, which ${nameOf(entry)} names`);
  const [ours] = Object.entries(QEMU_NAME).find(([, theirs]) => theirs === planned.cpu) ?? [planned.cpu];
  if (!entry.cpu || !name) return { planned, cpu: ours };
  const emulator = planned.emulator.with(planned.emulator.indexOf("-cpu") + 1, name);
  return { planned: { ...planned, cpu: name, emulator }, cpu: entry.cpu };
}

export function extraFeatures(cpu: string): string[] {
  return QEMU_EXTRA[cpu] ?? [];
}

/** Loads an addon, and calls it if the entry has a call. */
export async function observe(planned: PlannedRun, file: string, entry: Pick<Entry, "call">, signal: AbortSignal): Promise<Observed> {
  const [path = ""] = planned.program;
  const script = `const m = require(${JSON.stringify(file)}); ${entry.call ?? ""}`;
  const argv = [...planned.emulator, path, "-e", script];
  const outcome = await run({ argv, env: planned.env, signal, timeoutSeconds: RUN_TIMEOUT_SECONDS });
  const [program, did] = [planned.kind === "host" ? "host" : "Node", entry.call ? "call" : "load"] as const;
  if (outcome.exitCode === 0) return { end: "runs", program, did, reason: "" };
  const control = await runControl(planned, signal);
  if (control.exitCode !== 0) return { end: "unknown", program, did, reason: `${program}, ${did} does not run without the addon either` };
  return { end: outcome.endedBy === "SIGILL" ? "dies" : "fails", program, did, reason: describeFailure(outcome) };
}

function describeFailure({ endedBy, timedOut, stderr, exitCode }: Outcome): string {
  if (timedOut) return "no end within the time limit";
  if (endedBy) return endedBy;
  const lines = tailOf(stderr).split("\n");
  return lines.find((line) => line.includes("Error")) ?? `exit code ${exitCode}`;
}
