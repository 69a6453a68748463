// What this machine has of all that Boardkit uses, without changing anything.
import { folderBytes } from "../lib/paths.ts";
import { formatBytes } from "../lib/reporter.ts";
import { getToolchain } from "../model/registry.ts";
import { runOrFail } from "../tools/exec.ts";
import { hasStd, isStdUnavailable, readRustFacts, type RustFacts } from "../tools/rust.ts";
import type { Context } from "./context.ts";
import { findMissing, hostTools, whereIs, type HostTool } from "./host-tools.ts";
import { isStored, storeFolder } from "./store.ts";

export type Finding = {
  name: string;
  /** `fetched`: not here yet, and set-up brings it. */
  state: "ok" | "fetched" | "missing";
  text: string;
  mend?: string;
  /** Packages of the system that have it. */
  packages?: string[];
};

/** The finding about what pip needs. */
export const VENV = "python3 venv";

/** Looks at host programs, standard libraries and the store; Rust is what a folder chooses. */
export async function examine(
  context: Context,
  searchPath: string,
  folder: string,
): Promise<{ findings: Finding[]; rust: RustFacts | undefined }> {
  const missing = new Set(findMissing(hostTools, searchPath));
  const host = hostTools.map((tool): Finding => {
    if (missing.has(tool)) return { name: tool.name, state: "missing", text: `not on the PATH; it ${tool.why}`, ...mendOf(tool) };
    return { name: tool.name, state: "ok", text: whereIs(tool.name, searchPath) ?? "" };
  });
  const hasRust = ![...missing].some((tool) => tool.name === "rustc");
  const hasPython = ![...missing].some((tool) => tool.name === "python3");
  const items = [...context.registry.toolchains.keys()].map((id): Finding => {
    const item = getToolchain(context.registry, id);
    const stored = isStored(context.cache, item);
    return {
      name: id,
      state: stored ? "ok" : "fetched",
      text: stored ? storeFolder(context.cache, item) : `${item.version}: fetched when it is needed`,
    };
  });
  const cache: Finding = { name: "cache", state: "ok", text: `${formatBytes(await folderBytes(context.cache))} in ${context.cache}` };
  const rust = hasRust ? await readRustFacts(folder, context.signal) : undefined;
  const venv = hasPython ? [await examineVenv(context)] : [];
  return { findings: [cache, ...host, ...venv, ...(rust ? examineRust(rust, context) : []), ...items], rust };
}

async function examineVenv(context: Context): Promise<Finding> {
  const outcome = await runOrFail({ argv: ["python3", "-c", "import venv, ensurepip"], signal: context.signal }, "NO_VENV").catch(
    () => undefined,
  );
  return outcome
    ? { name: VENV, state: "ok", text: "modules venv and ensurepip" }
    : {
        name: VENV,
        state: "missing",
        text: "python3 cannot import venv and ensurepip",
        mend: "apt-get install python3-venv",
        packages: ["python3-venv"],
      };
}

const mendOf = ({ mend, packages }: HostTool) => ({ mend, ...(packages ? { packages } : {}) });

function examineRust(rust: RustFacts, context: Context): Finding[] {
  const stds = [...context.registry.triples.values()].map(({ triple, buildStd }): Finding => {
    const name = `rust-std ${triple}`;
    if (!buildStd && hasStd(rust, triple)) return { name, state: "ok", text: "compiled" };
    if (!buildStd && !isStdUnavailable(context.cache, rust, triple)) return { name, state: "fetched", text: "set-up asks rustup for it" };
    return rust.hasSource
      ? { name, state: "ok", text: "built with the addon, from rust-src" }
      : { name, state: "fetched", text: "set-up fetches rust-src" };
  });
  return [{ name: "rustc version", state: "ok", text: rust.version }, ...stds];
}
