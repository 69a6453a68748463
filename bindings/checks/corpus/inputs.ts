// Inputs that repositories keep beside their policies, for rules that their tests do not reach.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Oracle } from "../opa/oracle.ts";
import { filesOf } from "./checkout.ts";
import type { Unit } from "./units.ts";
import type { ScannedFile } from "./scan.ts";

/** Rules to evaluate, each with its inputs, and the data that replaces the unit's. */
type RepositoryInputs = { samples: { ref: string; inputs: unknown[] }[]; data?: unknown };
export type InputsOf = (place: { unit: Unit; folder: string; oracle: Oracle; scan: ScannedFile[] }) => Promise<RepositoryInputs>;

const MOST_FILES = 8;
const MOST_INPUTS = 10;
const MOST_ITEMS = 4;

const INPUTS: Record<string, InputsOf> = {
  "kubescape+regolibrary": kubescape,
  "checkmarx+kics": kics,
  "redhat-cop+rego-policies": redhat,
  "opa+docs": docs,
};

/** The reader of the inputs of a unit's repository, if there is one. */
export function inputsReader(unit: Unit): InputsOf | undefined {
  return INPUTS[unit.repository];
}

/** rules/<name>/test/<case>/input/*: the input is the list of all documents, by the names of the files. */
async function kubescape({ unit, folder, oracle }: Parameters<InputsOf>[0]): Promise<RepositoryInputs> {
  const settings = (await readJson(join(folder, "default-config-inputs.json"))) as
    | { settings?: { postureControlInputs?: object } }
    | undefined;
  const data = { postureControlInputs: settings?.settings?.postureControlInputs ?? {}, dataControlInputs: { cloudProvider: "" } };
  const inputs: unknown[] = [];
  for (const name of await namesIn(join(folder, unit.id, "test"))) {
    const place = join(folder, unit.id, "test", name, "input");
    const documents: unknown[] = [];
    for (const file of await namesIn(place)) documents.push(...(await readDocuments(join(place, file), oracle)));
    if (documents.length > 0) inputs.push(documents);
  }
  return { samples: [{ ref: "data.armo_builtins.deny", inputs }], data };
}

/** The test files of a query, in KICS's format: `input.document` is a list of parsed files. */
async function kics({ unit, folder, oracle, scan }: Parameters<InputsOf>[0]): Promise<RepositoryInputs> {
  const data = { common_lib: await readJson(join(folder, "assets/libraries/common.json")) };
  const place = join(folder, dirname(unit.id), "test");
  const inputs: unknown[] = [];
  for (const file of await namesIn(place)) {
    if (!/\.(?:ya?ml|json)$/.test(file) || file.includes("expected") || inputs.length >= MOST_FILES) continue;
    const documents = await readDocuments(join(place, file), oracle);
    const document = documents
      .filter((value) => typeof value === "object" && value !== null && !Array.isArray(value))
      .map((value, index) => ({ ...(value as object), id: `${file}-${index}`, file }));
    if (document.length > 0) inputs.push({ document });
  }
  return { samples: inputs.length > 0 ? rulesOf(scan, [unit.id]).map((ref) => ({ ref, inputs })) : [], data };
}

/** YAML files beside the policies, and the items of lists in them. */
async function redhat({ unit, folder, oracle, scan }: Parameters<InputsOf>[0]): Promise<RepositoryInputs> {
  const place = join(folder, unit.id);
  const inputs: unknown[] = [];
  for (const file of existsSync(place) ? await filesOf(place, [".yaml", ".yml"]) : [])
    for (const value of await readDocuments(join(place, file), oracle)) {
      inputs.push(value);
      const { items } = value as { items?: unknown };
      if (Array.isArray(items)) inputs.push(...(items.slice(0, MOST_ITEMS) as unknown[]));
    }
  const own = unit.files.filter((file) => !file.startsWith("policy/lib"));
  const some = inputs.slice(0, MOST_INPUTS);
  return { samples: some.length > 0 ? rulesOf(scan, own).map((ref) => ({ ref, inputs: some })) : [] };
}

/** input.json and data.json beside an example. */
async function docs({ unit, folder, scan }: Parameters<InputsOf>[0]): Promise<RepositoryInputs> {
  const read = (name: string) => readJson(join(folder, unit.id, name));
  const inputs = [(await read("input.json")) ?? null];
  return { samples: rulesOf(scan, unit.files).map((ref) => ({ ref, inputs })), data: (await read("data.json")) ?? {} };
}

/** The rules of some files that can be evaluated. */
function rulesOf(scan: ScannedFile[], files: string[]): string[] {
  const rules = scan.filter(({ name }) => files.includes(name)).flatMap((file) => file.rules ?? []);
  const chosen = rules.filter(({ args, ground, name }) => args === 0 && ground && !/^(?:todo_)?test_/.test(name));
  return [...new Set(chosen.map(({ ref }) => ref))];
}

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).toSorted() : [];
}

async function readJson(path: string): Promise<unknown> {
  return existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as unknown) : undefined;
}

async function readDocuments(path: string, oracle: Oracle): Promise<unknown[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return (await oracle.ask<{ documents?: unknown[] }>({ op: "yaml", text })).documents ?? [];
}
