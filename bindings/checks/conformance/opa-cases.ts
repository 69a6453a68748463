// OPA's own evaluation cases, from OPA's Go module: fetched from the module proxy, checked, kept in the cache.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { parseAllDocuments } from "yaml";
import type { Capabilities } from "./capabilities.ts";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { fillFolder } from "../../../scripts/lib/paths.ts";

export const OPA_VERSION = "1.22.2";
const MODULE = `github.com/open-policy-agent/opa@v${OPA_VERSION}`;
const SHA256 = "380d6388da9959f9aaab935018c3a8a513c9e5064f9616f786591611431b7a2f";
const ZIP = "module.zip";
const PROXY = "https://proxy.golang.org";
const FOLDER = `${MODULE}/v1/test/cases/testdata/`;

/** A case of OPA (v1/test/cases/cases.go); `group` is its folder, most often a builtin. */
export type OpaCase = {
  version: "v0" | "v1";
  group: string;
  note: string;
  query: string;
  modules?: string[];
  data?: object;
  input?: unknown;
  input_term?: string;
  want_result?: Record<string, unknown>[];
  want_error?: string;
  want_error_code?: string;
  sort_bindings?: boolean;
  ignore_generated_vars?: boolean;
  strict_error?: boolean;
};

/** Whether the cases are in the cache. */
export const hasOpaCases = (cache: string): boolean => existsSync(join(folderIn(cache), ZIP));

const folderIn = (cache: string) => join(cache, "conformance", `opa-${OPA_VERSION}`);

/** Reads all cases of a version of Rego; the first call fetches them. */
export async function readOpaCases(
  version: OpaCase["version"],
  cache: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<OpaCase[]> {
  const prefix = `${FOLDER}${version}/`;
  const files = await readModule((name) => name.startsWith(prefix) && name.endsWith(".yaml"), cache, env, signal);
  return files.flatMap(({ name, text }) => {
    const [group = ""] = name.slice(prefix.length).split("/");
    const documents = parseAllDocuments(text, { uniqueKeys: false });
    const sets = documents.map(
      (document) => document.toJS({ maxAliasCount: -1 }) as { cases?: Omit<OpaCase, "version" | "group">[] } | null,
    );
    return sets.flatMap((set) => (set?.cases ?? []).map((one) => ({ ...one, version, group })));
  });
}

/** Reads OPA's list of its builtins. */
export async function readOpaCapabilities(cache: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Capabilities> {
  const [file] = await readModule((name) => name === `${MODULE}/capabilities.json`, cache, env, signal);
  return JSON.parse(file?.text ?? "") as Capabilities;
}

/** All Rego files of OPA's module: examples, and the inputs of tests. */
export async function readOpaPolicies(
  cache: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ name: string; text: string }[]> {
  const files = await readModule((name) => name.endsWith(".rego"), cache, env, signal);
  return files.map(({ name, text }) => ({ name: name.slice(`${MODULE}/`.length), text }));
}

/** The files of OPA's module that `filter` takes by name. */
async function readModule(filter: (name: string) => boolean, cache: string, env: NodeJS.ProcessEnv, signal: AbortSignal) {
  const path = join(folderIn(cache), ZIP);
  if (!existsSync(path)) await fillFolder(folderIn(cache), (temporary) => fetchModule(join(temporary, ZIP), env, signal));
  const files = unzipSync(await readFile(path), { filter: ({ name }) => filter(name) });
  return Object.entries(files).map(([name, bytes]) => ({ name, text: new TextDecoder().decode(bytes) }));
}

async function fetchModule(path: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const proxy = (env.GOPROXY ?? PROXY).split(/[,|]/).find((one) => one.startsWith("http")) ?? PROXY;
  const url = `${proxy.replace(/\/$/, "")}/${MODULE.replace("@", "/@v/")}.zip`;
  const fix = "check that the Go module proxy is reachable; GOPROXY can name another one";
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw new BoardkitError(`${url} cannot be fetched: ${String(error)}`, { code: "FETCH_FAILED", fix, cause: error });
  });
  if (!response.ok) throw new BoardkitError(`${url} answers ${response.status}`, { code: "FETCH_FAILED", fix });
  const bytes = Buffer.from(await response.arrayBuffer());
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== SHA256) {
    throw new BoardkitError(`${url} has the SHA-256 ${found}, expected ${SHA256}`, {
      code: "INTEGRITY",
      fix: "the proxy served other bytes than the pinned ones; use another proxy with GOPROXY",
    });
  }
  await writeFile(path, bytes);
}
