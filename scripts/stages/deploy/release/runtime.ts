// How a release runs on a machine: which runtime, which profile, which command.
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { BoardkitError } from "../../../lib/errors.ts";
import type { RunFile } from "../../../model/deploy/run-file.ts";
import { bytesOf, type DeploySettings } from "../../../model/deploy/settings.ts";
import { readPackageJson } from "../../../model/project.ts";
import { getArchitecture, profileForMemory, selectProfile, type Registry } from "../../../model/registry.ts";
import type { MachineFacts, MachineFit } from "../../../model/probe/facts.ts";
import type { Triple } from "../../../model/targets/triple.ts";
import type { SentRuntime } from "../runtime/make.ts";

export type Runtime = Pick<RunFile, "node" | "flags" | "command" | "env"> & {
  sent?: SentRuntime;
  /** The script or program in the release that must be there. */
  entry?: string;
};

type Machine = { machine: MachineFacts; fit: MachineFit; host: string; target: Triple; /** Sent to it. */ sent: SentRuntime | undefined };

/** The runtime by the settings of a project and the facts of a machine. */
export function chooseRuntime(
  folder: string,
  settings: DeploySettings,
  { machine, fit, host, target, sent }: Machine,
  registry: Registry,
): Runtime {
  const profile = profileOf(settings, fit, registry);
  const env = { NODE_ENV: "production", ...(profile === undefined ? {} : { GRID_PROFILE: profile.id }), ...settings.env };
  if (settings.command !== undefined) {
    const command = settings.command.map((word) => word.replaceAll("{target}", target.triple));
    const [program = ""] = command;
    return {
      ...(sent === undefined ? {} : { sent }),
      flags: [],
      command: [...command, ...settings.args],
      env,
      ...(program.startsWith("./") ? { entry: posix.normalize(program) } : {}),
    };
  }
  const entry = posix.normalize(settings.entry ?? defaultEntry(folder));
  const common = { command: [`./${entry}`, ...settings.args], env, entry };
  const flags = profile?.v8Flags ?? [];
  if (sent === undefined) return { ...common, node: nodeOf(machine, getArchitecture(registry, target.arch).node, host), flags };
  return { ...common, sent, node: sent.program, flags: sent.kind === "node" ? flags : [] };
}

/** The profile of the settings, else that of the memory cap, else that of the board. */
function profileOf(
  { profile, memoryMax }: DeploySettings,
  fit: MachineFit,
  registry: Registry,
): ReturnType<typeof selectProfile> | undefined {
  if (profile !== undefined) return selectProfile(registry, profile);
  if (memoryMax !== undefined) return profileForMemory(registry, Math.floor(bytesOf(memoryMax) / 1024 ** 2));
  return fit.profile === undefined ? undefined : selectProfile(registry, fit.profile);
}

function defaultEntry(folder: string): string {
  const { main } = readPackageJson(folder);
  const candidates = [...(typeof main === "string" ? [main] : []), "server.js", "index.js"];
  const found = candidates.find((name) => existsSync(join(folder, name)));
  if (found !== undefined) return found;
  throw new BoardkitError(`no script to run: there is no ${candidates.join(", no ")}`, {
    code: "NO_ENTRY",
    exit: "usage",
    place: join(folder, "package.json"),
    fix: 'name it: "boardkit": {"deploy": {"entry": "src/server.js"}}; a program without Node: "command"',
  });
}

/** A Node of the board that runs, for the architecture of its programs. */
function nodeOf({ nodes }: MachineFacts, arch: string, host: string): string {
  const found = nodes.find((one) => one.version !== undefined && one.arch === arch);
  if (found) return found.path;
  const others = nodes.map(({ path, arch: other }) => `${path} ${other === undefined ? "does not run" : `is for ${other}`}`);
  throw new BoardkitError(`${host} has no Node for ${arch}${others.length > 0 ? `: ${others.join(", ")}` : ""}`, {
    code: "NO_NODE",
    place: host,
    fix: '"boardkit": {"deploy": {"runtime": "node"}} sends one; or install it there: `apt install nodejs` on Debian, `opkg install node` or `apk add node` on OpenWrt\na program without Node: `boardkit.deploy.command`',
  });
}
