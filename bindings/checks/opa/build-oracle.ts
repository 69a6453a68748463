// The oracle: OPA as a library in a small Go program of ours, built by the pinned Go into the cache.
import { existsSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashFiles } from "../../../scripts/lib/hash.ts";
import { fillFolder } from "../../../scripts/lib/paths.ts";
import { getToolchain } from "../../../scripts/model/registry.ts";
import type { Context } from "../../../scripts/stages/context.ts";
import { fetchOptional } from "../../../scripts/stages/set-up/fetch.ts";
import { provided } from "../../../scripts/tools/store/store.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { OPA_VERSION } from "../conformance/opa-cases.ts";

const SOURCES = fileURLToPath(new URL("oracle", import.meta.url));

/** The path of the oracle, which is built where it is not there; or why there is none. */
export async function findOracle(context: Context): Promise<{ program: string } | { missing: string }> {
  const files = await Array.fromAsync(glob("*.{go,mod,sum}", { cwd: SOURCES }));
  const hash = await hashFiles(files.toSorted().map((name) => join(SOURCES, name)));
  const folder = join(context.cache, "peers", `oracle-${OPA_VERSION}-${hash.slice(0, 8)}`);
  const program = join(folder, "oracle");
  if (existsSync(program)) return { program };
  const obstacle = await fetchOptional("go", context);
  if (obstacle !== undefined) return { missing: obstacle };
  const go = provided(context.cache, getToolchain(context.registry, "go"), "go");
  context.reporter.note("the oracle: OPA's Go module, compiled by Go");
  await fillFolder(folder, (temporary) => build(go, join(temporary, "oracle"), context.signal));
  return { program };
}

/** Modules and what was compiled of them stay in the user's own caches of Go: a change of the oracle is built in seconds. */
async function build(go: string, program: string, signal: AbortSignal): Promise<void> {
  // The go.sum beside the sources vouches for all modules; a mirror of modules may have no database of hashes.
  const env = { GOROOT: undefined, GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "", GOSUMDB: "off", CGO_ENABLED: "0" };
  await runOrFail(
    { argv: [go, "build", "-C", SOURCES, "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", program, "."], env, signal },
    "FETCH_FAILED",
    "the Go module proxy must be reachable by go (GOPROXY and a proxy are honoured)",
  );
}
