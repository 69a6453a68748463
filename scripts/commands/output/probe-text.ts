// The facts of a machine, and what fits it, as text.
import { formatTable } from "../../lib/reporter.ts";
import type { MachineFacts, ProbeReport } from "../../model/probe/facts.ts";

/** What deploying needs of a machine's commands; sh has the others. */
const NEEDED = ["tar", "gzip", "sha256sum", "flock", "fsync", "sync", "mv", "df"];

/** A table of the facts; below, the target and the board that fit, and why. */
export function describeProbe({ host, hostKey, machine, fit, seconds }: ProbeReport): string {
  const { target, board } = fit;
  return [
    `${host}: ${machine.model ?? machine.compatible[0] ?? machine.cpu.model ?? "a machine without a name"} (asked in ${seconds.toFixed(1)} s)`,
    ...(hostKey === undefined ? [] : [`its key is now known: ${hostKey}`]),
    formatTable(["", ""], rowsOf(machine)).trimStart(),
    "",
    ...verdict("target", target.triple, target.why),
    ...verdict("board", board.name, [...board.why, ...board.differs.map((one) => (board.name === undefined ? one : `but ${one}`))]),
    `profile ${fit.profile ?? "-"}, CPU ${fit.cpu ?? "-"}`,
  ].join("\n");
}

function verdict(kind: string, name: string | undefined, why: string[]): string[] {
  return [name === undefined ? `✗ no ${kind} fits` : `✓ ${kind} ${name}`, ...why.map((one) => `    ${one}`)];
}

function rowsOf(machine: MachineFacts): string[][] {
  const { userland, kernel, libc, cpu, memory, system, nodes, cgroup, user, root, clock } = machine;
  const missing = NEEDED.filter((name) => !machine.commands.includes(name));
  return [
    ["programs", `${userland.arch}, ${userland.bits} bits${userland.floatAbi ? `, ${userland.floatAbi}-float` : ""}`],
    ["kernel", `${kernel.name} ${kernel.release} ${kernel.machine}`],
    ["system", system.name ?? "unknown"],
    ["C library", libc ? `${libc.name} ${libc.version ?? "of an unknown version"}` : "none that loads addons"],
    [
      "CPU",
      `${cpu.count} × ${cpu.model ?? "unknown"}${cpu.known ? `: ${cpu.features.join(" ") || "no further features"}` : ", features not shown"}`,
    ],
    ["pages", machine.pageSize === undefined ? "unknown" : `${machine.pageSize} bytes`],
    [
      "memory",
      `${mib(memory.totalKiB)}${memory.availableKiB === undefined ? "" : `, ${mib(memory.availableKiB)} available`}, swap ${mib(memory.swapKiB)}`,
    ],
    ...machine.mounts.map((one) => [one.path, describeMount(one)]),
    ["init", machine.init],
    [
      "Node",
      nodes.map(({ path, version, arch }) => (version ? `${version} ${arch} (${path})` : `${path} does not run`)).join(", ") || "none",
    ],
    ["memory limits", cgroup.memory ? `cgroup ${cgroup.version}` : "no: the memory controller of cgroups is off"],
    [
      "user",
      `${user.name}, ${{ root: "is root", sudo: "sudo without a password", doas: "doas without a password", password: "root only with a password", none: "no sudo" }[root]}`,
    ],
    ["lacks", missing.join(" ") || "nothing that deploying needs"],
    ["clock", `${new Date(clock.epochSeconds * 1000).toISOString().replace(".000Z", "Z")}, up ${Math.round(clock.uptimeSeconds)} s`],
  ];
}

function describeMount({ exists, mount, type, flags, sizeKiB, freeKiB }: MachineFacts["mounts"][number]): string {
  const notes = flags.filter((flag) => ["ro", "noexec", "sync"].includes(flag));
  const space = freeKiB === undefined || sizeKiB === undefined ? "" : `, ${mib(freeKiB)} of ${mib(sizeKiB)} free`;
  return `${exists ? "" : "does not exist; "}${type} on ${mount}${notes.length > 0 ? ` ${notes.join(" ")}` : ""}${space}`;
}

function mib(kib: number): string {
  return `${Math.floor(kib / 1024)} MiB`;
}
