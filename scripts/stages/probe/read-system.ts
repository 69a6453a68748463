// The parts of a machine's facts that are about its system: release, init, file systems, Nodes, cgroups. Pure.
import type { MachineFacts } from "../../model/probe/facts.ts";

/** The release, by os-release and OpenWrt's own file. */
export function readSystem(os: string, openwrt: string, files: string[]): MachineFacts["system"] {
  const value = (name: string, text = os) => new RegExp(`^${name}=["']?([^"'\\n]*)["']?$`, "m").exec(text)?.[1];
  const [id, version, name] = ["ID", "VERSION_ID", "PRETTY_NAME"].map((key) => value(key));
  const openwrtTarget = value("DISTRIB_TARGET", openwrt) ?? value("OPENWRT_BOARD");
  return {
    ...(id ? { id } : {}),
    ...(version ? { version } : {}),
    ...(name ? { name } : {}),
    ...(openwrtTarget ? { openwrtTarget } : {}),
    files,
  };
}

/** The init: by what it leaves in /run, else by the name of process 1 and what /sbin/init leads to. */
export function readInit(text: string, marks: string[]): MachineFacts["init"] {
  const [name = "", link = ""] = text.split(" ");
  if (marks.includes("/run/systemd/system")) return "systemd";
  if (name === "procd") return "procd";
  if (marks.includes("/run/openrc")) return "openrc";
  if (link.endsWith("busybox")) return "busybox";
  return name === "init" ? "sysvinit" : "other";
}

/** Each folder with the file system that it is on, from /proc/mounts, and its space from df. */
export function readMounts(mounts: string, space: string): MachineFacts["mounts"] {
  const table = mounts.split("\n").flatMap((line) => {
    const [, at, type, flags] = line.split(" ");
    return at && type && flags ? [{ at: unescape(at), type, flags: flags.split(",") }] : [];
  });
  return ["/", "/opt", "/tmp"].flatMap((path) => {
    const holds = ({ at }: { at: string }) => at === "/" || path === at || path.startsWith(`${at}/`);
    // The last one is mounted over those before it.
    const deepest = Math.max(...table.filter(holds).map(({ at }) => at.length));
    const found = table.findLast((one) => holds(one) && one.at.length === deepest);
    if (!found) return [];
    const row = space.split("\n").find((line) => line.startsWith(`${path} `));
    const [, size, free] = /\s(\d+)\s+\d+\s+(-?\d+)\s+\d+%\s/.exec(row ?? "") ?? [];
    const sizes = size === undefined || free === undefined ? {} : { sizeKiB: Number(size), freeKiB: Number(free) };
    return [{ path, exists: row !== undefined, mount: found.at, type: found.type, flags: found.flags, ...sizes }];
  });
}

/** The kernel writes spaces and the like of a path as `\040`. */
function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

/** Each line: path, a tab, and what the Node says of itself. */
export function readNodes(lines: string[]): MachineFacts["nodes"] {
  return lines.map((line) => {
    const [path = "", says = ""] = line.split("\t");
    const [, version, arch, modules] = /^v(\d+\.\d+\.\d+\S*) (\S+) (\S+) /.exec(says) ?? [];
    return { path, ...(version && arch && modules ? { version, arch, modules } : {}) };
  });
}

/** Whether processes can have a memory limit: the kernel of a Raspberry Pi has the controller, and needs an argument for it. */
export function readCgroup(controllers: string, mounts: string): MachineFacts["cgroup"] {
  if (controllers !== "") return { version: 2, memory: controllers.split(" ").includes("memory") };
  // Version 1 mounts each controller. /proc/cgroups also has those that are mounted nowhere.
  const flags = [...mounts.matchAll(/^\S+ \S+ cgroup (\S+) /gm)].map(([, found = ""]) => found.split(","));
  return flags.length === 0 ? { memory: false } : { version: 1, memory: flags.some((found) => found.includes("memory")) };
}
