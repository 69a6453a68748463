// Fetches toolchains into the store; each gets a line of progress.
import { BoardkitError } from "../../lib/errors.ts";
import { reportDone } from "../../lib/reporter.ts";
import { getToolchain } from "../../model/registry.ts";
import type { Toolchain } from "../../model/targets/toolchain.ts";
import { zigPaths } from "../../tools/store/zig-paths.ts";
import { isStored, provided, store } from "../../tools/store/store.ts";
import type { Context } from "../context.ts";
import { fetchKey, findDownload } from "../times.ts";

/** Fetches the toolchains that are not in the store, and the compilers for those that are fetched as source. */
export async function fetchItems(ids: string[], context: Context): Promise<void> {
  const { cache, registry, signal } = context;
  const [go, zig] = ["go", "zig"].map((id) => getToolchain(registry, id)) as [Toolchain, Toolchain];
  const requested = [...new Set(ids)].map((id) => getToolchain(registry, id)).filter((item) => !isStored(cache, item));
  const compilersOf = (item: Toolchain) => (isGo(item) ? [go] : isCompiledByZig(item) ? [zig] : []);
  const missing = [...new Set([...requested.flatMap(compilersOf), ...requested])].filter((item) => !isStored(cache, item));
  const compilers = { zig: zigPaths(cache, registry), go: provided(cache, go, "go") };
  const tally = missing.length > 1 ? context.reporter.tally(missing.length, "toolchains") : undefined;
  const fetch = async (items: Toolchain[]) => {
    for (const item of items) {
      await fetchOne(item, context, (report) => store(cache, item, compilers, signal, report));
      tally?.add();
    }
  };
  const compiled = missing.filter((item) => isGo(item) || isCompiledByZig(item));
  // Each registry has one client, and the registries run in parallel; compiled toolchains need zig or Go first.
  const byKind = Map.groupBy(
    missing.filter((item) => !compiled.includes(item)),
    (item) => item.sources[0]?.kind,
  );
  try {
    const results = await Promise.allSettled([...byKind.values()].map(fetch));
    for (const result of results) if (result.status === "rejected") throw result.reason;
    await fetch(compiled);
  } finally {
    tally?.end();
  }
}

/** Fetches a toolchain between a line with its source and a line with its time, and shows the bytes meanwhile. */
async function fetchOne(item: Toolchain, context: Context, work: (report: (bytes: number) => void) => Promise<number>): Promise<void> {
  const { reporter } = context;
  reporter.note(`${item.id}: ${describeSource(item)}`);
  const started = performance.now();
  const of = findDownload(item, context)?.bytes;
  const running = reporter.begin("set-up", item.id, { key: fetchKey(item) });
  let bytes: number | undefined;
  try {
    bytes = await work((done) => running.update(done === 0 ? {} : { count: { done, ...(of === undefined ? {} : { of }), unit: "bytes" } }));
  } finally {
    running.end(bytes !== undefined, bytes);
  }
  reporter.done("set-up", item.id, (performance.now() - started) / 1000);
}

const isGo = ({ sources: [source] }: Toolchain) => source?.kind === "go";
const isCompiledByZig = ({ preload, sources: [source] }: Toolchain) => preload !== undefined || source?.kind === "musl";

/** Codes for faults of this machine and its network; a download with another hash than the pinned one is not among them. */
const OBSTACLES = new Set(["FETCH_FAILED", "NO_SOURCE", "TOOL_MISSING"]);

/** Fetches an optional toolchain; returns the reason and the fix if it is not available here, else undefined. */
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

function describeSource(item: Toolchain): string {
  const [source] = item.sources;
  if (source?.kind === "debian") return `${nameSome(source.packages)} from Debian ${source.suite}`;
  if (source?.kind === "musl") return `musl from Debian ${source.suite}, compiled for ${source.zigCpu}`;
  if (source?.kind === "cargo") return `${source.package} ${source.version} from crates.io, compiled by cargo`;
  if (source?.kind === "crate") return `${source.package} ${source.version} from crates.io`;
  if (source?.kind === "go") return `${source.module} ${source.version}, compiled by Go`;
  return source ? `${source.package} ${source.version} from ${source.kind === "pypi" ? "PyPI" : "npm"}` : "";
}

/** Most packages of a toolchain that a line names. */
const MOST_NAMED = 6;

function nameSome(packages: string[]): string {
  if (packages.length <= MOST_NAMED) return packages.join(", ");
  return `${packages.slice(0, 2).join(", ")} and ${packages.length - 2} packages that it needs,`;
}

/** Runs `work` between a line with its source and a line with its time. */
export async function reportTime(id: string, from: string, context: Context, work: () => Promise<void>): Promise<void> {
  context.reporter.note(`${id}: ${from}`);
  await reportDone(context.reporter, "set-up", id, work);
}
