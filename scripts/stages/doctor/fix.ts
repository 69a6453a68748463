// `boardkit doctor --fix`: installs missing requirements of all builders.
import { imagesFor } from "../../tools/containers/image.ts";
import { reportDone } from "../../lib/reporter.ts";
import { readRustFacts } from "../../tools/rust/rust.ts";
import { installSystemPackages } from "../../tools/packages/system-packages.ts";
import { lookForEngine, type EngineSearch } from "../plan/builders.ts";
import type { Context } from "../context.ts";
import type { Finding } from "./doctor.ts";
import { findMissing, hostTools, requireTools } from "../set-up/host-tools.ts";
import { ensureImages } from "../set-up/images.ts";
import { fetchItems } from "../set-up/fetch.ts";
import { setUpRust } from "../set-up/rust.ts";

/** Installs system packages, standard libraries for the Rust toolchain of `folder`, the builders' tools, and container images. */
export async function fixHost(findings: Finding[], search: EngineSearch, folder: string, context: Context): Promise<void> {
  const { registry, signal, reporter } = context;
  const targets = [...registry.triples.values()].filter(({ why }) => why === undefined);
  const before = await lookForEngine(search, context);
  const enginePackages = "reason" in before ? (before.packages ?? []) : [];
  const packages = [...new Set([...findings.flatMap((finding) => finding.packages ?? []), ...enginePackages])];
  if (packages.length > 0) {
    reporter.note(`system packages: ${packages.join(", ")}`);
    await reportDone(reporter, "install", packages.join(", "), () => installSystemPackages(packages, process.getuid?.() === 0, signal));
  }
  requireTools(findMissing(hostTools, search.searchPath));
  const rust = await readRustFacts(folder, signal);
  await setUpRust(targets, rust, context, search.searchPath);
  const engine = "reason" in before ? await lookForEngine(search, context) : before;
  const hasEngine = !("reason" in engine);
  const gccs = targets.flatMap(({ gcc, triple }) => ("toolchain" in gcc && gcc.toolchain && triple !== rust.host ? [gcc.toolchain] : []));
  await fetchItems(["zig", "cargo-zigbuild", ...gccs, ...(hasEngine ? ["cross"] : [])], context);
  if (hasEngine) await ensureImages(engine, imagesFor(targets, []), undefined, context);
}
