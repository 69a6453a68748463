// What the engine is measured beside: OPA itself, over HTTP that is kept alive and compiled to WebAssembly.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import type { Pool } from "undici";
import { whereIs } from "../../pipeline/host-tools.ts";
import { runOrFail } from "../../tools/exec.ts";
import { OPA_VERSION } from "../conformance/opa-cases.ts";
import { startServer } from "../opa-server.ts";
import type { BenchPolicy } from "./policies.ts";

const PACKAGE = `github.com/open-policy-agent/opa@v${OPA_VERSION}`;

/** A way to ask: it throws unless the answer is true. */
export type Subject = { name: string; ask: () => unknown };
export type Peers = { subjects: (policy: BenchPolicy) => Promise<Subject[]>; end: () => Promise<void> };

/** The path of OPA, built by Go into the cache; or why there is none. */
export async function findOpa(cache: string, searchPath: string, signal: AbortSignal): Promise<{ program: string } | { missing: string }> {
  const folder = join(cache, "peers", `opa-${OPA_VERSION}`);
  const program = join(folder, "opa");
  if (existsSync(program)) return { program };
  if (!whereIs("go", searchPath)) return { missing: "go, which builds OPA, is not on the PATH" };
  await mkdir(folder, { recursive: true });
  await runOrFail(
    { argv: ["go", "install", PACKAGE], env: { GOBIN: folder }, signal },
    "FETCH_FAILED",
    "the Go module proxy must be reachable",
  );
  return { program };
}

/** A running server with all policies, and a way to compile one to WebAssembly. */
export async function startPeers(opa: string, policies: BenchPolicy[], signal: AbortSignal): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  const files = policies.map(({ rule }) => join(folder, `${rule.split("/")[0]}.rego`));
  await Promise.all(policies.map(({ source }, index) => writeFile(files[index] as string, source)));
  const data = join(folder, "data.json");
  await writeFile(data, JSON.stringify(Object.assign({}, ...policies.map((policy) => policy.data))));
  const { pool, end } = await startServer(opa, [data, ...files], signal);
  return {
    subjects: async (policy) => [
      { name: "OPA over HTTP", ask: httpAsker(pool, policy) },
      { name: "opa-wasm, object in", ask: await wasmAsker(opa, folder, policy, signal) },
    ],
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
    if (result !== true) throw new Error(`OPA says ${String(result)}`);
  };
}

async function wasmAsker(opa: string, folder: string, { rule, input, data }: BenchPolicy, signal: AbortSignal): Promise<() => void> {
  const bundle = join(folder, `${rule.replace("/", "-")}.tar.gz`);
  const source = join(folder, `${rule.split("/")[0]}.rego`);
  await runOrFail({ argv: [opa, "build", "-t", "wasm", "-e", rule, "-o", bundle, source], signal }, "BENCH_FAILED");
  await runOrFail({ argv: ["tar", "-xzf", bundle, "-C", folder, "/policy.wasm"], signal }, "BENCH_FAILED");
  const policy = await loadPolicy(await readFile(join(folder, "policy.wasm")));
  policy.setData(data);
  return () => {
    const [answer] = policy.evaluate(input) as { result: unknown }[];
    if (answer?.result !== true) throw new Error(`opa-wasm says ${String(answer?.result)}`);
  };
}
