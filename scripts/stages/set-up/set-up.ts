// Set-up: brings what the chosen targets need and is quick when all is there. Everything that is fetched gets a line.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { BuilderChoice } from "../../model/builder.ts";
import type { Plan } from "../../model/plan.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain } from "../../model/registry.ts";
import type { Toolchain } from "../../model/toolchain.ts";
import type { Triple } from "../../model/triple.ts";
import { probeSources } from "../../target-side/probe/sources.ts";
import { addStd, addStdSource, hasStd, isStdUnavailable, type RustFacts } from "../../tools/rust/rust.ts";
import type { Context } from "../context.ts";
import { findMissing, hostTools, requireLinux, requirePackages, requireSpace, requireTools, whereIs } from "./host-tools.ts";
import { zigPaths } from "../plan/building.ts";
import { probeStubs } from "../plan/smoke.ts";
import { isStored, provided, store } from "../../tools/store/store.ts";

/** Checks the host's own programs and the disk, before anything else runs. */
export async function setUpHost(
  context: Context,
  project: Pick<Project, "folder" | "settings">,
  { searchPath, builder }: { searchPath: string; builder?: BuilderChoice },
): Promise<void> {
  requireLinux();
  requireTools(findMissing(hostTools, searchPath));
  // cross has them in its image.
  if (builder !== "cross") await requirePackages(project.settings.systemPackages, context.signal);
  await mkdir(context.cache, { recursive: true });
  if (!existsSync(`${context.cache}/store`)) requireSpace(context.cache, "cache");
  if (!existsSync(`${project.folder}/dist`)) requireSpace(project.folder, "project");
}

/** Brings the standard libraries of targets: compiled where rustup has them, else as source. */
export async function setUpRust(targets: Triple[], rust: RustFacts, context: Context, searchPath: string): Promise<void> {
  const wanted = targets.filter((target) => !target.buildStd && !hasStd(rust, target.triple)).map((target) => target.triple);
  const hasRustup = whereIs("rustup", searchPath) !== undefined;
  const toBuild = targets.filter((target) => target.buildStd).map((target) => target.triple);
  for (const triple of wanted) {
    if (!hasRustup || isStdUnavailable(context.cache, rust, triple) || !(await fetchStd(triple, rust, context))) toBuild.push(triple);
  }
  if (toBuild.length === 0 || rust.hasSource) return;
  if (!hasRustup) {
    throw new BoardkitError(`neither the compiled standard library of ${toBuild.join(", ")} nor its source is installed`, {
      code: "TOOL_MISSING",
      exit: "toolMissing",
      place: rust.sysroot,
      fix: "install Rust with rustup, or put the source of exactly this version under lib/rustlib/src/rust of that folder",
    });
  }
  await timed("rust-src", "a rustup component", context, () => addStdSource(rust, context.signal));
}

async function fetchStd(triple: string, rust: RustFacts, context: Context): Promise<boolean> {
  context.reporter.note(`rust-std for ${triple}: a rustup component`);
  const started = performance.now();
  const found = await addStd(context.cache, rust, triple, context.signal);
  if (found) context.reporter.done("set-up", `rust-std ${triple}`, (performance.now() - started) / 1000);
  else context.reporter.skipped("set-up", `rust-std ${triple}`, "rustup has none compiled; cargo builds it with the addon");
  return found;
}

/** Fetches the tools, and for smoke runs QEMU, sysroots and Nodes. */
export async function setUpStore(plan: Plan, stage: "build" | "smoke", context: Context): Promise<void> {
  await fetchItems(
    plan.targets.flatMap((target) => (stage === "smoke" ? [...target.needs.build, ...target.needs.smoke] : target.needs.build)),
    context,
  );
  await probeSources().generate(dirname(probeStubs(context.cache)));
}

/** Fetches those of some toolchains that are not in the store, and Go if one of them is made with it. */
export async function fetchItems(ids: string[], context: Context): Promise<void> {
  const { cache, registry, signal } = context;
  const go = getToolchain(registry, "go");
  const isMissing = (item: Toolchain) => !isStored(cache, item);
  const asked = [...new Set(ids)].map((id) => getToolchain(registry, id)).filter(isMissing);
  const needsGo = asked.some(({ sources: [source] }) => source?.kind === "go");
  const missing = needsGo ? [...new Set([go, ...asked])].filter(isMissing) : asked;
  const compilers = { zig: zigPaths(cache, registry), go: provided(cache, go, "go") };
  const fetch = async (items: Toolchain[]) => {
    for (const item of items) await timed(item.id, describeSource(item), context, () => store(cache, item, compilers, signal));
  };
  const compiled = missing.filter(({ preload, sources: [source] }) => preload || source?.kind === "musl" || source?.kind === "go");
  // One client at a time a registry, the registries side by side; what is compiled needs zig or Go first.
  const byKind = Map.groupBy(
    missing.filter((item) => !compiled.includes(item)),
    (item) => item.sources[0]?.kind,
  );
  const results = await Promise.allSettled([...byKind.values()].map(fetch));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  await fetch(compiled);
}

/** Faults of this machine and of its network; what a registry serves in the place of what was pinned is none. */
const OBSTACLES = new Set(["FETCH_FAILED", "NO_SOURCE", "TOOL_MISSING"]);

/** Fetches a toolchain that can be done without: why it cannot be had here, with the fix, or undefined. */
export async function fetchOptional(id: string, context: Context): Promise<string | undefined> {
  try {
    await fetchItems([id], context);
    return undefined;
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof BoardkitError && OBSTACLES.has(error.code))) throw error;
    return [error.message, error.details.fix].filter(Boolean).join(": ");
  }
}

async function timed(id: string, from: string, context: Context, work: () => Promise<void>): Promise<void> {
  context.reporter.note(`${id}: ${from}`);
  const started = performance.now();
  await work();
  context.reporter.done("set-up", id, (performance.now() - started) / 1000);
}

function describeSource(item: Toolchain): string {
  const [source] = item.sources;
  if (source?.kind === "debian") return `${source.packages.join(", ")} from Debian ${source.suite}`;
  if (source?.kind === "musl") return `musl from Debian ${source.suite}, compiled for ${source.zigCpu}`;
  if (source?.kind === "cargo") return `${source.package} ${source.version} from crates.io, compiled by cargo`;
  if (source?.kind === "go") return `${source.module} ${source.version}, compiled by Go`;
  return source ? `${source.package} ${source.version} from ${source.kind === "pypi" ? "PyPI" : "npm"}` : "";
}
