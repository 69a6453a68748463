// Container engines: finds a podman or docker that works, or the reason why none does.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Obstacle } from "../../model/builder.ts";
import { run, type Outcome } from "../exec.ts";
import { engineFault, enginePackages, INSTALL, remoteFault } from "./engine-fault.ts";
import { engineName, INFO_FORMAT, isRemote, readInfo } from "./engine-info.ts";

export type Engine = {
  /** `podman` or `docker`, also if the program has another name. */
  name: string;
  path: string;
  /** Environment variables that it needs on this host. */
  env: Record<string, string>;
  /** The user's options for cross's containers, in shell syntax. */
  options?: string;
  /** Version and, for docker, the daemon's address. */
  about?: string;
};

/** The user's environment variables for cross and podman. */
export type EngineWish = {
  engine?: string | undefined;
  options?: string | undefined;
  containersConf?: string | undefined;
  /** CROSS_ROOTLESS_CONTAINER_ENGINE */
  rootless?: string | undefined;
};

/** The engines in the order in which they are tried. */
const engineNames = ["podman", "docker"];

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

/** The engines that are tried, in this order. */
export const enginesOf = ({ engine }: EngineWish): string[] => (engine ? [engine] : engineNames);

/** The first engine that answers, or why none does. */
export async function findEngine(host: EngineHost, wish: EngineWish, signal: AbortSignal): Promise<Engine | Obstacle> {
  const names = enginesOf(wish);
  const faults: Obstacle[] = [];
  for (const name of names) {
    if (!host.where(name)) continue;
    const engine = await examineEngine(name, host, wish, signal);
    if (!("reason" in engine)) return engine;
    faults.push(engine);
  }
  const packages = faults.flatMap((fault) => fault.packages ?? []);
  const missing = packages.length > 0 || (names.includes("podman") && !host.where("podman")) ? { packages: enginePackages } : {};
  if (faults.length === 0) return { reason: `no container engine: ${names.join(" and ")} not on the PATH`, fix: INSTALL, ...missing };
  const fixes = [...new Set(faults.map(({ fix }) => fix))].join("\n");
  return { reason: faults.map(({ reason }) => reason).join("; "), fix: fixes, ...missing };
}

/** The engine of a name or path if it answers, else the reason. */
export async function examineEngine(
  nameOrPath: string,
  host: EngineHost,
  wish: EngineWish,
  signal: AbortSignal,
): Promise<Engine | Obstacle> {
  const path = host.where(nameOrPath);
  if (!path) return { reason: `${nameOrPath} is not on the PATH`, fix: INSTALL };
  const ask = (args: string[], env: Record<string, string> = {}) => run({ argv: [path, ...args], env, signal, timeoutSeconds: 30 });
  const name = engineName(basename(nameOrPath), (await ask(["--version"])).stdout);
  const engine = prepareEngine(name, path, host, wish);
  if ("reason" in engine) return engine;
  if (engine.env.CONTAINERS_CONF) await writeConf(engine.env.CONTAINERS_CONF);
  const daemon = name === "docker" ? await ask(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"], engine.env) : undefined;
  if (daemon && !hasEnded(daemon)) return engineFault(name, faultText(daemon));
  const address = daemon?.stdout.trim() ?? "";
  if (isRemote(address)) return remoteFault(name, address);
  const outcome = await ask(["info", "--format", INFO_FORMAT], engine.env);
  const info = hasEnded(outcome) ? readInfo(outcome.stdout) : undefined;
  if (!info || info.errors.length > 0) return engineFault(name, info?.errors.join("\n") ?? faultText(outcome));
  // cross calls containers of docker with the user's id, which is another user if the daemon runs without root.
  if (name === "docker" && info.isRootless && (wish.rootless ?? "auto") === "auto") engine.env.CROSS_ROOTLESS_CONTAINER_ENGINE = "1";
  const about = [info.version, info.isRootless && "without root", address && `at ${address}`].filter(Boolean).join(" ");
  return { ...engine, ...(wish.options ? { options: wish.options } : {}), ...(about ? { about } : {}) };
}

const hasEnded = ({ exitCode, timedOut }: Outcome) => exitCode === 0 && !timedOut;

function faultText({ timedOut, stdout, stderr }: Outcome): string {
  return timedOut ? "no answer within 30 s" : stdout + stderr;
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

/**
 * The command that ends and removes a container, and the volume that cross makes in it for cargo's programs. By default podman first sends SIGTERM and
 * waits 10 s.
 */
export function removeCommand({ name, path }: Engine, container: string): string[] {
  return [path, "rm", "--force", "--volumes", ...(name === "podman" ? ["--time", "0"] : []), container];
}
