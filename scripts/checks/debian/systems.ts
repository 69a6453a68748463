// Debian systems of other architectures: debootstrap makes them, the cache keeps them, qemu-user runs their programs.
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { fillFolder } from "../../lib/paths.ts";
import { getToolchain } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Context } from "../../stages/context.ts";
import { whereIs } from "../../stages/set-up/host-tools.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { provided } from "../../tools/store/store.ts";
import { debianKeyring, findMirror } from "../../tools/packages/apt.ts";
import { describeEnd, run, runOrFail, type Outcome } from "../../tools/exec.ts";

/** The first suite with a Node that is new enough for the packages: 20. */
const SUITE = "trixie";

export type System = {
  /** Absolute folder of its root. */
  root: string;
  /** The rule for binfmt_misc; empty if this machine runs the programs itself. */
  rule: string;
  /** CPU that QEMU emulates, as it names it. */
  cpu: string;
};

/** ELF's class and machine number of an architecture (elf(5)). */
const ELF: Record<string, [bits: number, machine: number]> = { x86_64: [2, 0x3e], aarch64: [2, 0xb7], arm: [1, 0x28] };
const OWN: Record<string, Triple["arch"]> = { x64: "x86_64", arm64: "aarch64" };

/** Why this machine cannot make or enter a system; undefined if it can. */
export function findObstacle(searchPath: string): string | undefined {
  if (process.getuid?.() !== 0) return "only root can make the devices and map the users of a system: run it as root";
  const missing = ["wget", "unshare", "chroot", "dpkg"].filter((name) => !whereIs(name, searchPath));
  if (missing.length > 0) return `${missing.join(" and ")} are not on the PATH: apt-get install wget util-linux coreutils dpkg`;
  const [major = 0, minor = 0] = release().split(".").map(Number);
  if (major < 6 || (major === 6 && minor < 7))
    return `Linux ${release()} has one binfmt_misc for all namespaces: Linux 6.7 or later is needed`;
  return undefined;
}

/** A Debian of the suite: the essential packages and others. */
export type Wanted = { name: string; architecture: string; arch: Triple["arch"]; cpu: string; packages: string[] };

/** The system for the packages of a target; it is made if the cache does not have it. */
export function findSystem(target: Triple, architecture: string, context: Context): Promise<System> {
  const cpu = target.smoke.find(({ kind }) => kind === "node")?.cpu ?? "max";
  return ensureSystem({ name: `${SUITE}-${architecture}`, architecture, arch: target.arch, cpu, packages: ["nodejs"] }, context);
}

/** A system of the cache; it is made if it is not there. */
export async function ensureSystem({ name, architecture, arch, cpu, packages }: Wanted, context: Context): Promise<System> {
  const { cache, registry, reporter, signal } = context;
  await fetchItems(["debootstrap", "qemu-user"], context);
  const root = join(cache, "systems", name);
  const system = (folder: string): System => ({ root: folder, rule: ruleOf(arch, context), cpu });
  if (existsSync(root)) return system(root);
  const what = `Debian ${SUITE} for ${architecture} with ${packages.join(", ")}`;
  reporter.note(`${what}, by debootstrap`);
  const started = performance.now();
  await mkdir(join(cache, "systems"), { recursive: true });
  await fillFolder(root, async (folder) => {
    const item = getToolchain(registry, "debootstrap");
    const options = [
      `--arch=${architecture}`,
      "--foreign",
      "--variant=minbase",
      `--include=${packages.join(",")}`,
      `--keyring=${debianKeyring}`,
    ];
    const argv = [provided(cache, item, "debootstrap"), ...options, SUITE, folder, await findMirror()];
    await runOrFail({ argv, env: { DEBOOTSTRAP_DIR: provided(cache, item, "functions") }, log: `${root}.log`, signal }, "DEBOOTSTRAP");
    // In a container debootstrap leaves a link to the container's /proc.
    await rm(join(folder, "proc"), { recursive: true, force: true });
    await mkdir(join(folder, "proc"));
    // container=lxc: the second stage makes no devices, because a user namespace cannot. The first stage made them.
    const second = await enter(system(folder), ["/debootstrap/debootstrap", "--second-stage"], { container: "lxc" }, signal, `${root}.log`);
    if (second.exitCode !== 0) throw unfinished(what, second, await readFile(join(folder, "debootstrap/debootstrap.log"), "utf8"));
    await rm(join(folder, "var/cache/apt/archives"), { recursive: true, force: true });
  });
  reporter.done("set-up", what, (performance.now() - started) / 1000);
  return system(root);
}

function unfinished(what: string, second: Outcome, log: string): BoardkitError {
  return new BoardkitError(`${what}: the second stage of debootstrap ${describeEnd(second)}`, {
    code: "DEBOOTSTRAP",
    tail: log.split("\n").slice(-30).join("\n"),
    fix: "the lines above are those of debootstrap; on a busy machine call again when it has time",
  });
}

function ruleOf(arch: Triple["arch"], { cache, registry }: Context): string {
  if (OWN[process.arch] === arch) return "";
  const [bits, machine] = ELF[arch] ?? [];
  if (bits === undefined || machine === undefined) throw new TypeError(`binfmt_misc has no rule for ${arch} here`);
  const bytes = (values: number[]) => values.map((value) => String.raw`\x${value.toString(16).padStart(2, "0")}`).join("");
  const magic = bytes([0x7f, 0x45, 0x4c, 0x46, bits, 1, 1, ...Array.from({ length: 9 }, () => 0), 2, 0, machine, 0]);
  // Any ABI version; executables and position-independent executables.
  const mask = bytes([...Array.from({ length: 7 }, () => 0xff), 0, ...Array.from({ length: 8 }, () => 0xff), 0xfe, 0xff, 0xff, 0xff]);
  return `:boardkit:M::${magic}:${mask}:${provided(cache, getToolchain(registry, "qemu-user"), arch)}:F`;
}

/** Runs a command in a system. */
export function enter(
  { root, rule, cpu }: System,
  command: string[],
  env: Record<string, string>,
  signal: AbortSignal,
  log?: string,
): Promise<Outcome> {
  const variables = {
    PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    DEBIAN_FRONTEND: "noninteractive",
    ...(rule ? { QEMU_CPU: cpu } : {}),
    ...env,
  };
  const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const argv = ["env", "--ignore-environment", ...words, "sh", join(import.meta.dirname, "enter.sh"), root, rule, ...command];
  return run({ argv, ...(log ? { log } : {}), signal, timeoutSeconds: 3600 });
}
