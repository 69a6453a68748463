// A run in the Node of this machine, without emulation: for targets that this machine can run.
import type { PlannedRun } from "../model/plan.ts";
import type { Architecture } from "../model/targets/architecture.ts";
import type { Triple } from "../model/targets/triple.ts";
import { plainEnvironment } from "./user.ts";

/** The Node of this machine. */
export type HostNode = {
  /** Path of its program. */
  node: string;
  /** As `process.arch` names it. */
  arch: string;
  /** Version of glibc; undefined with another C library. */
  glibc: string | undefined;
};

/** The script of the run, the variables of its environment, and the files that its result depends on. */
type Script = { script: string; control: string; env: Record<string, string>; inputs: string[] };

/** The run; `skip` is the reason if this machine is not of the target's architecture and C library. */
export function planNative(
  host: HostNode,
  target: Pick<Triple, "triple" | "libc">,
  { node: arch }: Pick<Architecture, "node">,
  of: Script,
): PlannedRun {
  const planned: PlannedRun = {
    kind: "native",
    cpu: `${host.arch} without emulation`,
    emulator: [],
    program: [host.node, of.script],
    control: [host.node, "-e", of.control],
    env: { ...plainEnvironment, ...of.env },
    inputs: of.inputs,
  };
  const libc = host.glibc === undefined ? "no glibc" : "glibc";
  if (host.arch === arch && target.libc === "glibc" && host.glibc !== undefined) return planned;
  return { ...planned, skip: `this machine has ${host.arch} with ${libc}, and ${target.triple} is for ${arch} with ${target.libc}` };
}
