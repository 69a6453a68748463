// Builds the oracle, a small Go program with OPA as a library, by the pinned Go into the cache.
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

/** The path of the oracle, built if the cache does not have it; or why there is none. */
export async function findOracle(context: Context): Promise<{ program: string } | { missing: string }> {
  const files = await Array.fromAsync(glob("*.{go,mod,sum}", { cwd: SOURCES }));
  const hash = await hashFiles(files.toSorted().map((name) => join(SOURCES, name)));
  const folder = join(context.cache, "peers", `oracle-${OPA_VERSION}-${hash.slice(0, 8)}`);
  const program = join(folder, "oracle");
  if (existsSync(program)) return { program };
  const obstacle = await fetchOptional("go", context);
  if (obstacle !== undefined) return { missing: obstacle };
  const go = provided(context.cache, getToolchain(context.registry, "go"), "go");
  context.reporter.note("building the oracle from OPA's Go module");
  await fillFolder(folder, (temporary) => build(go, join(temporary, "oracle"), context.signal));
  return { program };
}

/** Go's user caches keep modules and compiled packages: after a change the oracle is built in seconds. */
async function build(go: string, program: string, signal: AbortSignal): Promise<void> {
  // The go.sum beside the sources has the hashes of all modules; a mirror of the proxy may have no checksum database.
  const env = { GOROOT: undefined, GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "", GOSUMDB: "off", CGO_ENABLED: "0" };
  await runOrFail(
    { argv: [go, "build", "-C", SOURCES, "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", program, "."], env, signal },
    "FETCH_FAILED",
    "check that go reaches the Go module proxy; GOPROXY can name another one",
  );
}
