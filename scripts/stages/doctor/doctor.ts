// Examines the programs and toolchains of this machine, without changing anything.
import { folderBytes } from "../../lib/paths.ts";
import { formatBytes } from "../../lib/reporter.ts";
import type { Obstacle } from "../../model/builder.ts";
import { getToolchain } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { runOrFail } from "../../tools/exec.ts";
import { hasStd, isStdUnavailable, readRustFacts, type RustFacts } from "../../tools/rust/rust.ts";
import type { Context } from "../context.ts";
import { findMissing, hostTools, whereIs, type HostTool } from "../set-up/host-tools.ts";
import { isStored, storeFolder } from "../../tools/store/store.ts";

export type Finding = {
  name: string;
  /** The target, if the finding is about one. */
  target?: string;
  /** `fetched`: missing, and set-up fetches it. */
  state: "ok" | "fetched" | "missing";
  text: string;
  fix?: string;
  /** System packages that contain it. */
  packages?: string[];
};

/** Name of the finding about the modules that pip needs. */
export const VENV = "python3 venv";

/** Examines host programs, standard libraries and the store; `folder` chooses the Rust toolchain. */
export async function examine(
  context: Context,
  searchPath: string,
  folder: string,
): Promise<{ findings: Finding[]; rust: RustFacts | undefined }> {
  const missing = new Set(findMissing(hostTools, searchPath));
  const host = hostTools.map((tool): Finding => {
    if (missing.has(tool)) return { name: tool.name, state: "missing", text: `not on the PATH; it ${tool.why}`, ...fixOf(tool) };
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
  return {
    findings: [cache, ...host, ...venv, ...(rust ? examineRust(rust, context, whereIs("rustup", searchPath) !== undefined) : []), ...items],
    rust,
  };
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
        fix: "apt-get install python3-venv",
        packages: ["python3-venv"],
      };
}

const fixOf = ({ fix, packages }: HostTool) => ({ fix, ...(packages ? { packages } : {}) });

function examineRust(rust: RustFacts, context: Context, hasRustup: boolean): Finding[] {
  const stds = [...context.registry.triples.values()].map((target): Finding => {
    const { triple, buildStd } = target;
    const about = { name: `rust-std ${triple}`, target: triple };
    const obstacle = stdObstacle(target, rust, hasRustup);
    if (obstacle) return { ...about, state: "missing", text: obstacle.reason, fix: obstacle.fix };
    if (!buildStd && hasStd(rust, triple)) return { ...about, state: "ok", text: "compiled" };
    if (!buildStd && hasRustup && !isStdUnavailable(context.cache, rust, triple))
      return { ...about, state: "fetched", text: "set-up asks rustup for it" };
    return rust.hasSource
      ? { ...about, state: "ok", text: "built with the addon, from rust-src" }
      : { ...about, state: "fetched", text: "set-up fetches rust-src" };
  });
  return [{ name: "rustc version", state: "ok", text: rust.version }, ...stds];
}

/** The obstacle if there is neither a compiled standard library for a target nor a way to get its source. */
export function stdObstacle({ triple, buildStd }: Triple, rust: RustFacts, hasRustup: boolean): Obstacle | undefined {
  if (hasRustup || rust.hasSource || (!buildStd && hasStd(rust, triple))) return undefined;
  return {
    reason: "neither its compiled standard library nor the source is installed, and there is no rustup to fetch one",
    fix: `install Rust with rustup, or put the source of exactly ${rust.version} under ${rust.sysroot}/lib/rustlib/src/rust`,
  };
}
