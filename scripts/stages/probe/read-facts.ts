// The records of probe.sh -> the facts of a machine. Pure.
import { archOf, floatAbiOf, parseElf, PT, readText } from "../../audit/elf/file.ts";
import { featuresOf } from "../../model/probe/cpu-features.ts";
import type { MachineFacts } from "../../model/probe/facts.ts";
import type { Registry } from "../../model/registry.ts";
import { readInit, readCgroup, readMounts, readNodes, readSystem } from "./read-system.ts";

export type ProbeRecords = ReadonlyMap<string, Buffer>;

/** The facts in complete records; `architectures` say what the features of a CPU are. */
export function readFacts(records: ProbeRecords, { architectures }: Pick<Registry, "architectures">): MachineFacts {
  const text = (name: string) => records.get(name)?.toString("utf8").trim() ?? "";
  const lines = (name: string) => text(name).split("\n").filter(Boolean);
  const [kernelName = "", release = "", machine = ""] = text("kernel").split(" ");
  const { interpreter, ...userland } = readUserland(records.get("exe"));
  const architecture = architectures.get(userland.arch);
  const cpuinfo = text("cpuinfo");
  const features = architecture && featuresOf(architecture, { auxv: records.get("auxv"), cpuinfo });
  const kib = (name: string) => numberIn(new RegExp(`^${name}:\\s+(\\d+) kB`, "m"), text("memory"));
  const [uid = "", user = ""] = text("user").split(" ");
  const [epochSeconds, uptimeSeconds] = text("clock").split(" ").map(Number);
  const available = kib("MemAvailable") ?? kib("MemFree");
  const cpuModel = /^(?:model name|Hardware|Processor)\s*:\s*(.+)$/m.exec(cpuinfo)?.[1];
  return {
    ...optional("model", text("model")),
    compatible: [...new Set([...lines("compatible").slice(0, 1), ...lines("board_name"), ...lines("compatible")])],
    kernel: { name: kernelName, release, machine },
    userland,
    ...readLibc(text("loaders"), interpreter),
    cpu: {
      ...optional("model", cpuModel),
      count: cpuinfo.match(/^processor\s*:/gm)?.length ?? 1,
      features: features ?? [],
      known: features !== undefined,
    },
    ...readPageSize(text("page")),
    memory: {
      totalKiB: kib("MemTotal") ?? 0,
      ...(available === undefined ? {} : { availableKiB: available }),
      swapKiB: kib("SwapTotal") ?? 0,
    },
    mounts: readMounts(text("mounts"), text("space")),
    init: readInit(text("init"), lines("run")),
    system: readSystem(text("os"), text("openwrt"), lines("files")),
    nodes: readNodes(lines("nodes")),
    commands: lines("applets"),
    cgroup: readCgroup(text("cgroup"), text("mounts")),
    user: { id: Number(uid), name: user },
    root: rootOf(text("root")),
    clock: { epochSeconds: epochSeconds ?? 0, uptimeSeconds: uptimeSeconds ?? 0 },
  };
}

type Userland = MachineFacts["userland"] & { interpreter?: string };

/** What the ELF header of the shell says; only its first bytes are there. */
function readUserland(bytes: Buffer | undefined): Userland {
  if (!bytes || bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return { arch: "unknown", bits: 32 };
  const bits = bytes[4] === 2 ? 64 : 32;
  if (bytes[5] !== 1) return { arch: `big-endian machine ${bytes.readUInt16BE(18)}`, bits };
  const elf = parseElf(bytes, "the shell");
  const arch = archOf(elf);
  const at = elf.segments.find(({ type }) => type === PT.interpreter)?.offset;
  return {
    arch,
    bits,
    ...floatAbiOf(elf),
    ...(at !== undefined && at < bytes.length ? { interpreter: readText(elf, at) } : {}),
  };
}

/** The C library: that of the shell's loader; of a static shell, that of the only loader that runs. */
function readLibc(text: string, interpreter: string | undefined): Pick<MachineFacts, "libc"> | undefined {
  const loaders = text
    .split(/^loader /m)
    .slice(1)
    .map((block) => ({ path: block.split("\n")[0] ?? "", says: block }));
  const own = loaders.find(({ path }) => path === interpreter) ?? loaders.find(({ says }) => versionOf(says) !== undefined);
  const loader = interpreter ?? own?.path;
  if (loader === undefined) return undefined;
  const name = /\/ld-musl-/.test(loader) ? ("musl" as const) : /\/ld-linux/.test(loader) ? ("glibc" as const) : undefined;
  if (name === undefined) return undefined;
  const later =
    name === "glibc" ? (numberText(/^getconf glibc (\d+\.\d+)/m, text) ?? numberText(/^ldd .*?(\d+\.\d+)\s*$/m, text)) : undefined;
  return { libc: { name, ...optional("version", (own && versionOf(own.says)) ?? later), loader } };
}

/** `Version 1.2.5` of musl; `ld.so (Debian GLIBC 2.36-9) stable release version 2.36.` of glibc. */
function versionOf(says: string): string | undefined {
  return numberText(/^Version (\d+(?:\.\d+)+)/m, says) ?? numberText(/release version (\d+\.\d+)/, says);
}

function readPageSize(text: string): Pick<MachineFacts, "pageSize"> | undefined {
  const [, number, unit] = /^(\d+)( KiB)?$/.exec(text) ?? [];
  return number === undefined ? undefined : { pageSize: Number(number) * (unit ? 1024 : 1) };
}

function rootOf(word: string): MachineFacts["root"] {
  return (["root", "sudo", "doas", "password"] as const).find((one) => one === word) ?? "none";
}

function numberText(pattern: RegExp, text: string): string | undefined {
  return pattern.exec(text)?.[1];
}

function numberIn(pattern: RegExp, text: string): number | undefined {
  const found = numberText(pattern, text);
  return found === undefined ? undefined : Number(found);
}

/** A field for a text that may be missing. */
function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value ? ({ [key]: value } as { [P in K]?: string }) : {};
}
