import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AddonError } from "./errors.ts";
import type { Addon } from "./addon.ts";
import { currentHost, type Host, hostText, platformNames } from "./platform.ts";

/** napi-rs' own variable: the path of a `.node` file to load instead of the installed one. */
const PATH_VARIABLE = "NAPI_RS_NATIVE_LIBRARY_PATH";

/** What a load depends on; tests give their own. */
export interface LoadContext {
  /** Asked only where the answer matters: it takes a report of the process. */
  host: () => Host;
  /** Value of NAPI_RS_NATIVE_LIBRARY_PATH. */
  path: string | undefined;
  require: (id: string) => unknown;
}

let loaded: Addon | undefined;

/** The addon of this process, loaded at the first call. */
export function addon(): Addon {
  loaded ??= loadAddon({
    host: currentHost,
    path: process.env[PATH_VARIABLE],
    require: createRequire(import.meta.url),
  });
  return loaded;
}

/**
 * Loads the first candidate that works, or throws one {@link AddonError} that tells of all. A path that the user names
 * stands alone: another addon in its place would be a silent surprise.
 */
export function loadAddon({ host, path, require }: LoadContext): Addon {
  const failures: { id: string; error: unknown }[] = [];
  for (const id of path ? [resolve(path)] : candidates(host())) {
    try {
      const module = require(id) as Partial<Addon> | undefined;
      if (module?.Engine && module.Cache) return module as Addon;
      throw new Error("this addon is not Grid: it has no Engine and Cache");
    } catch (error) {
      failures.push({ id, error });
    }
  }
  throw new AddonError(failureText(host(), path, failures), {
    cause: new AggregateError(failures.map(({ error }) => error)),
  });
}

/** Where the addon of a host may be: beside this package, or a package of its own. */
function candidates(host: Host): string[] {
  const names = platformNames(host);
  const folder = fileURLToPath(new URL("..", import.meta.url));
  return [...names.map((name) => resolve(folder, `grid.${name}.node`)), ...names.map((name) => `@boardkit/grid-${name}`)];
}

/** The whole story of a failed load: what was expected, what was tried, what to do. */
function failureText(host: Host, path: string | undefined, failures: { id: string; error: unknown }[]): string {
  const names = platformNames(host);
  const mends = path
    ? [`point ${PATH_VARIABLE} to a .node file that was built for this machine, or unset it`]
    : [
        `install the package of this platform: npm install ${names.map((name) => `@boardkit/grid-${name}`).join(" or ")}`,
        "if node_modules came from another machine, or npm ran with --omit=optional, run npm install here again",
        `build the addon and point ${PATH_VARIABLE} to the .node file`,
      ];
  return [
    `Grid's native addon could not be loaded on ${hostText(host)}, Node ${process.versions.node}; expected is a build for ${names.join(" or ")}.`,
    "Tried:",
    ...failures.map(({ id, error }) => `  - ${id}: ${reason(id, error)}`),
    "To mend it:",
    ...mends.map((mend) => `  - ${mend}`),
  ].join("\n");
}

/** Why one candidate failed, in one line. */
function reason(id: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "MODULE_NOT_FOUND" && message.includes(id)) return "not found";
  return (message ?? String(error)).split("\n", 1)[0]!.replace(`${id}: `, "");
}
