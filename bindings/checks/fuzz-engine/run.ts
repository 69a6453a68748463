// Builds and runs the fuzzer of grid-opa, an example of that crate. It mutates OPA's own policies too if the cache has them.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { run, runOrFail } from "../../../scripts/tools/exec.ts";
import { hasOpaCases, readOpaCases } from "../conformance/opa-cases.ts";

/** Options of the fuzzer, by name without dashes. */
export type FuzzEngineOptions = Record<"kind" | "count" | "seed" | "jobs" | "case", string | undefined>;

// The features of the addon.
const CARGO = ["--features", "bundle,jwt-ec,jwt-rsa,x509", "--profile", "test-release", "--package", "grid-opa", "--example", "fuzz"];

/** Runs the fuzzer; `sound` is whether it found no error, `text` is its output. */
export async function fuzzEngine(
  options: FuzzEngineOptions,
  cache: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ sound: boolean; text: string; withOpa: boolean }> {
  const build = ["cargo", "build", "--locked", "--message-format=json-render-diagnostics", ...CARGO];
  const { stdout } = await runOrFail({ argv: build, cwd: packageRoot, signal }, "BUILD_FAILED");
  const corpus = await writeCorpus(cache, env, signal);
  const chosen = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  const argv = [programOf(stdout), ...chosen, ...(corpus === undefined ? [] : ["--corpus", corpus])];
  const outcome = await run({ argv, cwd: packageRoot, signal });
  return { sound: outcome.exitCode === 0, text: outcome.stdout + outcome.stderr, withOpa: corpus !== undefined };
}

/** The executable in cargo's messages. */
function programOf(messages: string): string {
  for (const line of messages.trim().split("\n")) {
    const message = JSON.parse(line) as { executable?: string | null };
    if (typeof message.executable === "string") return message.executable;
  }
  throw new TypeError("cargo's messages name no executable");
}

/** Writes the policies of OPA's cases to a file; undefined if the cases are not in the cache. */
async function writeCorpus(cache: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | undefined> {
  if (!hasOpaCases(cache)) return undefined;
  const versions = await Promise.all((["v1", "v0"] as const).map((version) => readOpaCases(version, cache, env, signal)));
  const policies = versions.flat().flatMap(({ modules }) => modules ?? []);
  const path = join(packageRoot, "dist/fuzz/opa-policies.json");
  const text = `${JSON.stringify([...new Set(policies)].toSorted(), null, 2)}\n`;
  await mkdir(dirname(path), { recursive: true });
  // A parallel run may be reading the file.
  if ((await readFile(path, "utf8").catch(() => "")) !== text) await writeFile(path, text);
  return path;
}
