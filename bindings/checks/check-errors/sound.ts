// Sources to mutate, each accepted by OPA: of the corpus if there is one, else the modules of OPA's own cases.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type OpaCase, readOpaCases } from "../conformance/opa-cases.ts";
import { filesOf, readCheckouts } from "../corpus/checkout.ts";
import type { OpaError, Oracle } from "../opa/oracle.ts";
import type { Random } from "../lib/random.ts";
import type { Sound } from "./faults.ts";

/** Longer sources are slow, and most of their mutants give the same errors. */
const MOST_BYTES = 6000;

export type SoundOptions = {
  source: string | undefined;
  cache: string;
  env: NodeJS.ProcessEnv;
  oracle: Oracle;
  random: Random;
  signal: AbortSignal;
};

/** At most `count` sound sources, and their origin. */
export async function soundSources(count: number, options: SoundOptions): Promise<{ sound: Sound[]; from: string }> {
  const { source, cache, env, random, signal } = options;
  const candidates = source === undefined ? ofCases(await allCases(cache, env, signal)) : await ofCheckouts(source, cache, signal);
  const sound: Sound[] = [];
  for (const candidate of random.shuffled(candidates)) {
    if (sound.length >= count) break;
    if (candidate.text.length > MOST_BYTES) continue;
    for (const version of candidate.versions) {
      const { errors } = await options.oracle.ask<{ errors?: OpaError[] }>({
        op: "check",
        sources: [{ name: "a.rego", text: candidate.text }],
        versions: [version],
      });
      if (errors?.length !== 0) continue;
      sound.push({ name: candidate.name, text: candidate.text, version });
      break;
    }
  }
  return { sound, from: source === undefined ? "the modules of OPA's own cases" : `the corpus in ${source}` };
}

type Candidate = { name: string; text: string; versions: ("v0" | "v1")[] };

async function allCases(cache: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<OpaCase[]> {
  return [...(await readOpaCases("v1", cache, env, signal)), ...(await readOpaCases("v0", cache, env, signal))];
}

/** Each text once: most modules of v0 are also in v1. */
function ofCases(cases: OpaCase[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { note, version, modules = [] } of cases)
    for (const text of modules) if (!found.has(text)) found.set(text, { name: note, text, versions: [version] });
  return [...found.values()];
}

async function ofCheckouts(source: string, cache: string, signal: AbortSignal): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const { name, folder } of await readCheckouts(source, [], cache, signal)) {
    for (const file of await filesOf(folder, [".rego"]))
      found.push({ name: `${name}/${file}`, text: await readFile(join(folder, file), "utf8"), versions: ["v1", "v0"] });
  }
  return found;
}
