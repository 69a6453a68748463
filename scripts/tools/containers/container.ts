// Container engines, podman and docker: which of them answers, and why one does not.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Obstacle } from "../../model/builder.ts";
import { run } from "../exec.ts";

export type Engine = {
  name: string;
  path: string;
  /** What it needs of the environment on this machine. */
  env: Record<string, string>;
  /** The user's own options of cross's containers, as a shell takes them. */
  options?: string;
};

/** What the user says of engines: the variables of cross and podman. */
export type EngineWish = { engine?: string | undefined; options?: string | undefined; containersConf?: string | undefined };

/** The engines in the order in which they are tried. */
const engineNames = ["podman", "docker"];

/** podman with what Debian's only recommends, and podman needs for who is not root; runc for control groups of version 1. */
const enginePackages = ["podman", "runc", "uidmap", "slirp4netns", "fuse-overlayfs"];

const INSTALL = `apt-get install ${enginePackages.join(" ")}, or run: boardkit doctor --fix`;

/** What podman needs where control groups are those of version 1: crun refuses them, and its limits are above root's own there. */
const CONTAINERS_CONF = `# Written by boardkit.
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"

[containers]
netns = "host"
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
`;

/** What is known of a host without asking an engine. */
export type EngineHost = { cache: string; where: (name: string) => string | undefined; unifiedCgroups: boolean };

/** Whether control groups are those of version 2 only. */
export const hasUnifiedCgroups = () => existsSync("/sys/fs/cgroup/cgroup.controllers");

/** The engine that answers, or why none does. */
export async function findEngine(host: EngineHost, wish: EngineWish, signal: AbortSignal): Promise<Engine | Obstacle> {
  const names = wish.engine ? [wish.engine] : engineNames;
  const faults: Obstacle[] = [];
  for (const asked of names) {
    // What the user names may be a path.
    const [name, path] = [basename(asked), host.where(asked)];
    if (!path) continue;
    const engine = prepareEngine(name, path, host, wish);
    if ("reason" in engine) faults.push(engine);
    else {
      const conf = engine.env.CONTAINERS_CONF;
      if (conf) await writeConf(conf);
      const outcome = await run({ argv: [path, "info"], env: engine.env, signal, timeoutSeconds: 30 });
      if (outcome.exitCode === 0 && !outcome.timedOut) return wish.options ? { ...engine, options: wish.options } : engine;
      faults.push(engineFault(name, outcome.timedOut ? "no answer within 30 s" : outcome.stdout + outcome.stderr));
    }
  }
  const packages = faults.flatMap((fault) => fault.packages ?? []);
  const wanted = packages.length > 0 || (names.includes("podman") && !host.where("podman")) ? { packages: enginePackages } : {};
  if (faults.length === 0) return { reason: `no container engine: ${names.join(" and ")} not on the PATH`, fix: INSTALL, ...wanted };
  const fixes = [...new Set(faults.map(({ fix }) => fix))].join("\n");
  return { reason: faults.map(({ reason }) => reason).join("; "), fix: fixes, ...wanted };
}

/** The environment of an engine on this machine, or why it cannot run containers here. */
export function prepareEngine(name: string, path: string, host: EngineHost, wish: EngineWish): Engine | Obstacle {
  if (name !== "podman" || host.unifiedCgroups || wish.containersConf) return { name, path, env: {} };
  if (!host.where("runc"))
    return {
      reason: "podman's crun does not take this machine's control groups (version 1), and runc is not on the PATH",
      fix: "apt-get install runc",
      packages: ["runc"],
    };
  return { name, path, env: { CONTAINERS_CONF: join(host.cache, "containers", "containers.conf") } };
}

async function writeConf(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, CONTAINERS_CONF);
}

/** Why an engine that is there does not answer, from what it printed. */
export function engineFault(name: string, text: string): Obstacle {
  const last = text.trim().split("\n").at(-1) ?? "";
  if (/newuidmap"?: executable file not found/.test(text)) {
    return {
      reason: `${name} cannot give this user ids of its own in a container, since newuidmap is not on the PATH`,
      fix: "apt-get install uidmap, or run: boardkit doctor --fix",
      packages: ["uidmap"],
    };
  }
  if (/permission denied|cannot find UID\/GID|no subuid ranges|newuidmap/i.test(text)) {
    return {
      reason: `${name} may not be used by this user: ${last}`,
      fix:
        name === "docker"
          ? "add the user to docker's group (usermod -aG docker $USER) and log in again, or use podman"
          : "give the user ranges of ids (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER), or be root",
    };
  }
  if (/cannot connect to the docker daemon|is the docker daemon running|connection refused/i.test(text))
    return { reason: `${name} is there, and no engine answers it`, fix: `start its service, or: ${INSTALL}` };
  return { reason: `${name} does not work: ${last}`, fix: `fix what \`${name} info\` says, or: ${INSTALL}` };
}

/** What the text of a registry's client means: whether it could not be reached at all. */
export function isUnreachable(text: string): boolean {
  return /dial tcp|i\/o timeout|network is unreachable|connection refused|TLS handshake|Client\.Timeout|temporary failure/i.test(text);
}

/** The command that ends and removes a container; podman would first ask what runs in it to end, and wait 10 s. */
export function removeCommand({ name, path }: Engine, container: string): string[] {
  return [path, "rm", "--force", ...(name === "podman" ? ["--time", "0"] : []), container];
}
