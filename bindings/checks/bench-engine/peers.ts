// The peers of the engine: OPA over keep-alive HTTP, and OPA compiled to WebAssembly.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import type { Pool } from "undici";
import { whereIs } from "../../../scripts/stages/set-up/host-tools.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { OPA_VERSION } from "../conformance/opa-cases.ts";
import type { Subject } from "../bench/measure.ts";
import { startServer } from "../opa/server.ts";
import type { BenchPolicy } from "./policies.ts";

const PACKAGE = `github.com/open-policy-agent/opa@v${OPA_VERSION}`;

/** The reference of the goals. */
export const OVER_HTTP = "OPA over HTTP";

export type Peers = {
  subjects: (policy: BenchPolicy) => Promise<Subject[]>;
  /** Compiles a policy to WebAssembly; returns the file. */
  wasm: (policy: BenchPolicy) => Promise<string>;
  end: () => Promise<void>;
};

/** The path of OPA, which Go builds into the cache; or why there is none. */
export async function findOpa(cache: string, searchPath: string, signal: AbortSignal): Promise<{ program: string } | { missing: string }> {
  const folder = join(cache, "peers", `opa-${OPA_VERSION}`);
  const program = join(folder, "opa");
  if (existsSync(program)) return { program };
  if (!whereIs("go", searchPath)) return { missing: "go is not on the PATH: it builds OPA" };
  await mkdir(folder, { recursive: true });
  await runOrFail(
    { argv: ["go", "install", PACKAGE], env: { GOBIN: folder }, signal },
    "FETCH_FAILED",
    "check that go reaches the Go module proxy",
  );
  return { program };
}

/** Starts a server with all policies; policies can be compiled to WebAssembly too. */
export async function startPeers(opa: string, policies: BenchPolicy[], signal: AbortSignal): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  const files = policies.map(({ rule }) => join(folder, `${rule.split("/")[0]}.rego`));
  await Promise.all(policies.map(({ source }, index) => writeFile(files[index] as string, source)));
  const data = join(folder, "data.json");
  await writeFile(data, JSON.stringify(Object.assign({}, ...policies.map((policy) => policy.data))));
  const { pool, end } = await startServer(opa, [data, ...files], signal);
  const wasm = (policy: BenchPolicy) => compileWasm(opa, folder, policy, signal);
  return {
    subjects: async (policy) => [
      { name: OVER_HTTP, ask: httpAsker(pool, policy) },
      { name: "opa-wasm, object in", ask: await wasmAsker(await wasm(policy), policy) },
    ],
    wasm,
    end: async () => {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function httpAsker(pool: Pool, { rule, input }: BenchPolicy): () => Promise<void> {
  const body = JSON.stringify({ input });
  const headers = { "content-type": "application/json" };
  return async () => {
    const response = await pool.request({ path: `/v1/data/${rule}`, method: "POST", headers, body });
    const { result } = (await response.body.json()) as { result?: unknown };
    if (result !== true) throw new Error(`OPA answers ${String(result)}`);
  };
}

async function compileWasm(opa: string, folder: string, { rule }: BenchPolicy, signal: AbortSignal): Promise<string> {
  const own = join(folder, rule.replace("/", "-"));
  await mkdir(own, { recursive: true });
  const bundle = join(own, "bundle.tar.gz");
  const source = join(folder, `${rule.split("/")[0]}.rego`);
  await runOrFail({ argv: [opa, "build", "-t", "wasm", "-e", rule, "-o", bundle, source], signal }, "BENCH_FAILED");
  await runOrFail({ argv: ["tar", "-xzf", bundle, "-C", own, "/policy.wasm"], signal }, "BENCH_FAILED");
  return join(own, "policy.wasm");
}

async function wasmAsker(file: string, { input, data }: BenchPolicy): Promise<() => void> {
  const policy = await loadPolicy(await readFile(file));
  policy.setData(data);
  return () => {
    const [answer] = policy.evaluate(input) as { result: unknown }[];
    if (answer?.result !== true) throw new Error(`opa-wasm answers ${String(answer?.result)}`);
  };
}
