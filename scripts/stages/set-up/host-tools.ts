// The programs that a host must have before anything can be fetched. One error names all missing ones.
import { accessSync, constants, statfsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { run } from "../../tools/exec.ts";

export type HostTool = {
  name: string;
  why: string;
  fix: string;
  /** System packages that contain it. */
  packages?: string[];
  /** Only compiling needs it, not the stages after the build. */
  compiles?: true;
};

/** The programs that set-up and build call by name. */
export const hostTools: HostTool[] = [
  { name: "cargo", why: "compiles the addon", fix: "install Rust with rustup: https://rustup.rs", compiles: true },
  { name: "rustc", why: "compiles the addon", fix: "install Rust with rustup: https://rustup.rs", compiles: true },
  { name: "npm", why: "fetches Node for the targets", fix: "install Node with npm" },
  {
    name: "python3",
    why: "fetches zig and cargo-zigbuild from PyPI",
    fix: "apt-get install python3 python3-venv",
    packages: ["python3", "python3-venv"],
  },
  {
    name: "cc",
    why: "links build scripts for this machine",
    fix: "apt-get install gcc libc6-dev",
    packages: ["gcc", "libc6-dev"],
    compiles: true,
  },
  { name: "apt-get", why: "fetches QEMU and sysroots from Debian", fix: "use Debian 12 or newer, or a container of it" },
  { name: "dpkg", why: "unpacks Debian packages", fix: "use Debian 12 or newer, or a container of it" },
  { name: "sed", why: "writes headers of musl", fix: "apt-get install sed", packages: ["sed"] },
  { name: "tar", why: "unpacks npm packages", fix: "apt-get install tar", packages: ["tar"] },
];

/** The programs that running and packing need: they fetch, unpack and compile toolchains, without Rust. */
export const runPrograms = hostTools.filter(({ compiles }) => !compiles).map(({ name }) => name);

/** Throws on a system that Boardkit does not build on. */
export function requireLinux(platform: NodeJS.Platform = process.platform): void {
  if (platform === "linux") return;
  const name = { darwin: "macOS", win32: "Windows" }[platform as string] ?? platform;
  throw new BoardkitError(`Boardkit does not build on ${name} yet: its sysroots, QEMU and Nodes are programs and packages for Linux`, {
    code: "HOST_UNFIT",
    exit: "toolMissing",
    fix: platform === "win32" ? "use Debian in WSL 2" : "use Debian 12 or newer in a virtual machine or a container",
  });
}

/** The tools that are not on a search path. */
export function findMissing(tools: HostTool[], searchPath: string): HostTool[] {
  return tools.filter((tool) => whereIs(tool.name, searchPath) === undefined);
}

/** The path of an executable: the first one on a search path, or `name` itself if it is absolute. */
export function whereIs(name: string, searchPath: string): string | undefined {
  if (isAbsolute(name)) return isExecutable(name) ? name : undefined;
  return searchPath
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** One error for all missing tools, each with its fix. */
export function requireTools(missing: HostTool[]): void {
  if (missing.length === 0) return;
  throw new BoardkitError(`not on the PATH: ${missing.map((tool) => `${tool.name} (${tool.why})`).join(", ")}`, {
    code: "TOOL_MISSING",
    exit: "toolMissing",
    fix: [...new Set(missing.map((tool) => tool.fix))].join("\n"),
  });
}

/** Throws if Debian packages that a project's build scripts need are not installed. */
export async function requirePackages(names: string[], signal: AbortSignal): Promise<void> {
  if (names.length === 0) return;
  const { stdout } = await run({ argv: ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n", ...names], signal });
  const installed = new Set([...stdout.matchAll(/^(\S+) installed$/gm)].map(([, name]) => name));
  const missing = names.filter((name) => !installed.has(name));
  if (missing.length === 0) return;
  throw new BoardkitError(`the project's build scripts need Debian packages that are not installed: ${missing.join(", ")}`, {
    code: "TOOL_MISSING",
    exit: "toolMissing",
    fix: `run as root: apt-get install ${missing.join(" ")}`,
  });
}

/** Disk space for a first set-up, for the build of all targets, and for kernels and images of boards, with a reserve. */
const REQUIRED_MB = { cache: 2500, project: 3500, boards: 1500 };

/** Throws if a disk has too little space for a use. */
export function requireSpace(folder: string, use: keyof typeof REQUIRED_MB, freeBytes = freeSpace(folder)): void {
  const freeMb = Math.floor(freeBytes / 1e6);
  if (freeMb >= REQUIRED_MB[use]) return;
  throw new BoardkitError(`${freeMb} MB are free at ${folder}, and ${REQUIRED_MB[use]} MB are needed`, {
    code: "DISK_FULL",
    place: folder,
    fix: "free some space, or point BOARDKIT_CACHE to a folder on a larger disk",
  });
}

function freeSpace(folder: string): number {
  const disk = statfsSync(folder);
  return disk.bavail * disk.bsize;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // missing, or not executable
  }
}
