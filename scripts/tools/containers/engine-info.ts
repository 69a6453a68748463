// What `podman info` and `docker info` say.
import { z } from "zod";

/** Both programs print all of it as JSON for this format. */
export const INFO_FORMAT = "{{json .}}";

const info = z.object({
  // docker
  ServerVersion: z.string().optional(),
  /** docker 20.10 exits with 0 if its daemon does not answer. */
  ServerErrors: z.array(z.string()).nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  // podman
  version: z.object({ Version: z.string() }).optional(),
  host: z.object({ security: z.object({ rootless: z.boolean() }).optional() }).optional(),
});

export type EngineInfo = {
  version?: string | undefined;
  /** Whether its daemon, or it itself, runs without root: then root in a container is the user. */
  isRootless: boolean;
  /** Why the daemon does not answer. */
  errors: string[];
};

/** What the output of `info` says; undefined if it is none. */
export function readInfo(text: string): EngineInfo | undefined {
  try {
    const { data } = info.safeParse(JSON.parse(text));
    if (!data) return undefined;
    const { ServerVersion, ServerErrors, SecurityOptions, version, host } = data;
    const isRootless = host?.security?.rootless ?? SecurityOptions?.some((option) => option.split(",").includes("name=rootless")) ?? false;
    return { version: ServerVersion ?? version?.Version, isRootless, errors: ServerErrors ?? [] };
  } catch {
    return undefined; // the caller reports text that is not JSON
  }
}

/** The engine that a program is, from its `--version`: podman-docker is podman under the name docker. */
export function engineName(program: string, versionText: string): string {
  const [, name] = /^(podman|docker)\b/i.exec(versionText.trim()) ?? [];
  return name?.toLowerCase() ?? program;
}

/** Whether the address of a daemon is on another machine. */
export function isRemote(address: string): boolean {
  if (!/^(?:tcp|ssh|https?):\/\//.test(address)) return false;
  return !/^\w+:\/\/(?:[^@/]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$)/.test(address);
}
