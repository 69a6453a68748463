// Rust's standard libraries for targets.
import { BoardkitError } from "../../lib/errors.ts";
import { whileRunning } from "../../lib/reporter.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { addStd, addStdSource, hasStd, isStdUnavailable, type RustFacts } from "../../tools/rust/rust.ts";
import type { Context } from "../context.ts";
import { stepKey } from "../times.ts";
import { reportTime } from "./fetch.ts";
import { whereIs } from "./host-tools.ts";

/** Fetches the standard libraries of targets: compiled if rustup has them, else as source. */
export async function setUpRust(targets: Triple[], rust: RustFacts, context: Context, searchPath: string): Promise<void> {
  const missing = targets.filter((target) => !target.buildStd && !hasStd(rust, target.triple)).map((target) => target.triple);
  const hasRustup = whereIs("rustup", searchPath) !== undefined;
  const toBuild = targets.filter((target) => target.buildStd).map((target) => target.triple);
  for (const triple of missing) {
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
  await reportTime("rust-src", "a rustup component", context, () => addStdSource(rust, context.signal));
}

async function fetchStd(triple: string, rust: RustFacts, context: Context): Promise<boolean> {
  context.reporter.note(`rust-std for ${triple}: a rustup component`);
  const started = performance.now();
  const recorded = { key: stepKey("set-up", "rust-std", triple) };
  const found = await whileRunning(context.reporter, ["set-up", `rust-std ${triple}`, recorded], () =>
    addStd(context.cache, rust, triple, context.signal),
  );
  if (found) context.reporter.done("set-up", `rust-std ${triple}`, (performance.now() - started) / 1000);
  else context.reporter.skipped("set-up", `rust-std ${triple}`, "rustup does not have it; cargo builds it with the addon");
  return found;
}
