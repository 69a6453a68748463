// The sources that both sides format and parse: OPA's own files and the modules of its cases, and those of the corpus if there is one.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readOpaCases, readOpaPolicies } from "../conformance/opa-cases.ts";
import { filesOf, readCheckouts } from "../corpus/checkout.ts";
import type { Source } from "../opa/oracle.ts";

export type SourceGroup = { name: string; sources: Source[] };

export type SourceOptions = { corpus: string | undefined; only: string[]; cache: string; env: NodeJS.ProcessEnv; signal: AbortSignal };

/** All groups whose name contains one of the texts. Each text is once in a group. */
export async function readGroups({ corpus, only, cache, env, signal }: SourceOptions): Promise<SourceGroup[]> {
  const groups: SourceGroup[] = [{ name: "opa", sources: await readOpaPolicies(cache, env, signal) }];
  const cases = [...(await readOpaCases("v1", cache, env, signal)), ...(await readOpaCases("v0", cache, env, signal))];
  const modules = cases.flatMap(({ note, modules: texts = [] }) => texts.map((text) => ({ name: note, text })));
  groups.push({ name: "opa-cases", sources: modules });
  for (const { name, folder } of corpus === undefined ? [] : await readCheckouts(corpus, [], cache, signal)) {
    const files = await filesOf(folder, [".rego"]);
    const sources = files.map(async (file) => ({ name: file, text: await readFile(join(folder, file), "utf8") }));
    groups.push({ name, sources: await Promise.all(sources) });
  }
  return groups
    .filter(({ name, sources }) => sources.length > 0 && (only.length === 0 || only.some((part) => name.includes(part))))
    .map(({ name, sources }) => ({ name, sources: [...new Map(sources.map((source) => [source.text, source])).values()] }));
}
