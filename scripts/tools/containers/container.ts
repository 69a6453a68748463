// Container engines: finds a podman or docker that works, or the reason why none does.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Obstacle } from "../../model/builder.ts";
import { run } from "../exec.ts";

export type Engine = {
  name: string;
  path: string;
  /** Environment variables that it needs on this host. */
  env: Record<string, string>;
  /** The user's options for cross's containers, in shell syntax. */
  options?: string;
};

/** The user's environment variables for cross and podman. */
export type EngineWish = { engine?: string | undefined; options?: string | undefined; containersConf?: string | undefined };

/** The engines in the order in which they are tried. */
const engineNames = ["podman", "docker"];

/** podman, the recommended packages that it needs without root, and runc for control groups version 1. */
const enginePackages = ["podman", "runc", "uidmap", "slirp4netns", "fuse-overlayfs"];

const INSTALL = `apt-get install ${enginePackages.join(" ")}, or run: boardkit doctor --fix`;

/** podman's configuration for control groups version 1: crun refuses them, and podman's default limits exceed those of root. */
const CONTAINERS_CONF = `# Written by boardkit.
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"

[containers]
netns = "host"
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
`;

/** Facts of the host that need no engine. */
export type EngineHost = { cache: string; where: (name: string) => string | undefined; unifiedCgroups: boolean };

/** Whether the host has only control groups version 2. */
export const hasUnifiedCgroups = () => existsSync("/sys/fs/cgroup/cgroup.controllers");

/** The first engine that answers, or why none does. */
export async function findEngine(host: EngineHost, wish: EngineWish, signal: AbortSignal): Promise<Engine | Obstacle> {
  const names = wish.engine ? [wish.engine] : engineNames;
  const faults: Obstacle[] = [];
  for (const nameOrPath of names) {
    const [name, path] = [basename(nameOrPath), host.where(nameOrPath)];
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
  const missing = packages.length > 0 || (names.includes("podman") && !host.where("podman")) ? { packages: enginePackages } : {};
  if (faults.length === 0) return { reason: `no container engine: ${names.join(" and ")} not on the PATH`, fix: INSTALL, ...missing };
  const fixes = [...new Set(faults.map(({ fix }) => fix))].join("\n");
  return { reason: faults.map(({ reason }) => reason).join("; "), fix: fixes, ...missing };
}

/** The environment of an engine on this host, or why it cannot run containers. */
export function prepareEngine(name: string, path: string, host: EngineHost, wish: EngineWish): Engine | Obstacle {
  if (name !== "podman" || host.unifiedCgroups || wish.containersConf) return { name, path, env: {} };
  if (!host.where("runc"))
    return {
      reason: "podman's crun does not support this host's control groups (version 1), and runc is not on the PATH",
      fix: "apt-get install runc",
      packages: ["runc"],
    };
  return { name, path, env: { CONTAINERS_CONF: join(host.cache, "containers", "containers.conf") } };
}

async function writeConf(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, CONTAINERS_CONF);
}

/** Why an installed engine does not answer, from its output. */
export function engineFault(name: string, text: string): Obstacle {
  const last = text.trim().split("\n").at(-1) ?? "";
  if (/newuidmap"?: executable file not found/.test(text)) {
    return {
      reason: `${name} cannot map user ids into a container, since newuidmap is not on the PATH`,
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
          : "add ranges of ids (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER), or run as root",
    };
  }
  if (/cannot connect to the docker daemon|is the docker daemon running|connection refused/i.test(text))
    return { reason: `${name} is installed, but its engine does not answer`, fix: `start its service, or: ${INSTALL}` };
  return { reason: `${name} does not work: ${last}`, fix: `fix the errors that \`${name} info\` prints, or: ${INSTALL}` };
}

/** Whether an engine's output says that the registry could not be reached. */
export function isUnreachable(text: string): boolean {
  return /dial tcp|i\/o timeout|network is unreachable|connection refused|TLS handshake|Client\.Timeout|temporary failure/i.test(text);
}

/** The command that ends and removes a container. By default podman first sends SIGTERM and waits 10 s. */
export function removeCommand({ name, path }: Engine, container: string): string[] {
  return [path, "rm", "--force", ...(name === "podman" ? ["--time", "0"] : []), container];
}
