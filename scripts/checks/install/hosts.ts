// The machines that the packages are installed on: the target's Node under the emulator, as in smoke runs.
import { existsSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Triple } from "../../model/targets/triple.ts";
import type { PlannedRun } from "../../model/plan.ts";
import type { Platform } from "./managers.ts";

export type Host = {
  /** For example `x64-gnu`. */
  name: string;
  /** napi-rs's name of the platform whose package must be installed. */
  platform: string;
  /** The command of Node on that machine: `[...node, script]`. */
  node: string[];
  env: Record<string, string>;
  /** The platform to name in the package manager's options or settings, if no Node of the target exists. */
  forced?: Platform;
};

/** A musl system's `ldd`: package managers read it to find out the C library. */
const LDD = '#!/bin/sh\nexec /lib/ld-musl-$(uname -m).so.1 --list "$@"\n';

/** A built target with its smoke runs. */
export type HostTarget = { target: Triple; runs: PlannedRun[] };

/** The hosts, and a reason for each target that has neither a Node nor an installation by platform. */
export async function listHosts(targets: HostTarget[], folder: string): Promise<{ hosts: Host[]; skipped: string[] }> {
  const hosts: Host[] = [];
  const skipped: string[] = [];
  for (const target of targets) {
    const run = target.runs.find(({ kind, standsIn }) => kind === "node" && !standsIn);
    if (run) hosts.push({ ...(await hostOf(target, run, folder)), env: run.env });
    else if (target.target.npm.byName) skipped.push(`${target.target.triple}: ${target.target.npm.byName}; no Node for it is published`);
    else hosts.push(forcedHost(targets, target));
  }
  return { hosts, skipped };
}

async function hostOf(target: HostTarget, run: PlannedRun, folder: string): Promise<Omit<Host, "env">> {
  const { napiPlatform, libc } = target.target;
  const name = napiPlatform.replace("linux-", "");
  const [node = ""] = run.program;
  const root = run.emulator.indexOf("-L") + 1;
  if (libc === "glibc") return { name, platform: napiPlatform, node: [...run.emulator, node] };
  // The emulator looks for every path in the sysroot first, so that a file there hides the machine's own.
  const copy = join(folder, name);
  if (!existsSync(copy)) await cp(run.emulator[root] ?? "", copy, { recursive: true, verbatimSymlinks: true });
  await mkdir(join(copy, "usr/bin"), { recursive: true });
  await writeFile(join(copy, "usr/bin/ldd"), LDD, { mode: 0o755 });
  return { name, platform: napiPlatform, node: [...run.emulator.with(root, copy), node] };
}

/** A machine without a Node: the package manager runs in this machine's Node, with the platform in its options. */
function forcedHost(targets: HostTarget[], { target }: HostTarget): Host {
  const { os, cpu, libc } = target.npm;
  const own = targets.flatMap(({ runs, target: { npm } }) => (npm.cpu === process.arch && npm.libc === "glibc" ? runs : []));
  const node = own.find(({ kind }) => kind === "node")?.program[0] ?? process.execPath;
  return {
    name: target.napiPlatform.replace("linux-", ""),
    platform: target.napiPlatform,
    node: [node],
    env: {},
    forced: { os, cpu, libc },
  };
}
