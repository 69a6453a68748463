// An engine with the policies, data and bundles of a command line.
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { addData } from "./data.ts";
import { type Files, readFiles } from "./files.ts";
import type { Diagnostic, Engine, Grid, RegoVersion } from "./grid.ts";

/** Limits for a machine that checks policies; a board has those of its profile. */
const LIMITS = {
  maxPolicyBytes: 16 << 20,
  maxDataBytes: 2 ** 28,
  maxInputBytes: 2 ** 28,
  maxLoadMs: 300_000,
  maxLoadMemoryBytes: 2 ** 31 - 1,
  maxEvaluationMemoryBytes: 2 ** 30,
  maxBundleBytes: 2 ** 28,
  maxBundleUnpackedBytes: 2 ** 28,
};

export type Sources = { paths: string[]; bundles: string[]; ignore: string[]; version: RegoVersion };
export type EngineSettings = { maxEvaluationMs?: number; strictBuiltinErrors?: boolean };

/** Policies do not load: the errors, as OPA lists them. */
export class PolicyErrors extends Error {
  readonly faults: Diagnostic[];
  /** Whether a source does not parse: OPA calls these errors of loading. */
  readonly isLoading: boolean;

  constructor(faults: Diagnostic[]) {
    super("the policies do not load");
    this.name = "PolicyErrors";
    this.faults = faults;
    this.isLoading = faults.some(({ opaCode }) => opaCode === "rego_parse_error");
  }
}

export function createEngine({ Engine }: Grid, version: RegoVersion, settings: EngineSettings = {}): Engine {
  return new Engine({ ...LIMITS, regoVersion: version, ...settings });
}

/** Loads all sources of a command line into a new engine. */
export async function loadEngine(
  grid: Grid,
  sources: Sources,
  cwd: string,
  settings: EngineSettings = {},
): Promise<{ engine: Engine; files: Files }> {
  const engine = createEngine(grid, sources.version, settings);
  for (const path of sources.bundles) await addBundle(engine, path, sources, cwd);
  const files = await readFiles(sources.paths, sources.ignore, cwd);
  const policies = Object.fromEntries(files.policies.map(({ name, text }) => [name, text]));
  const faults = engine.validate(policies);
  if (faults.length > 0) throw new PolicyErrors(faults);
  engine.loadPolicies(policies);
  addData(engine, files.data);
  return { engine, files };
}

/** Loads a bundle: an archive, or a folder with the files of one. */
async function addBundle(engine: Engine, path: string, { ignore }: Sources, cwd: string): Promise<void> {
  const full = resolve(cwd, path);
  const bytes = await readFile(full).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EISDIR") return undefined;
    throw new BoardkitError(`${path}: ${error.message}`, { code: "NO_FILE", place: path, fix: "name a bundle that exists", cause: error });
  });
  if (bytes !== undefined) return withFaults(() => engine.loadBundle(bytes, { name: basename(path) }));
  const { policies, data } = await readFiles([path], ignore, cwd);
  const isData = (name: string) => ["data.json", "data.yaml", "data.yml"].includes(basename(name));
  const sources = Object.fromEntries(policies.map(({ name, text }) => [name, text]));
  const faults = engine.validate(sources);
  if (faults.length > 0) throw new PolicyErrors(faults);
  engine.loadPolicies(sources);
  addData(
    engine,
    data.filter(({ name }) => isData(name)),
  );
}

/** Turns an error of the engine about policies into the list that all commands print. */
export function withFaults<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if ((error as { code?: string }).code !== "GRID_COMPILE") throw error;
    const { code, message, file, line, column, opaCode } = error as Diagnostic & Error;
    throw new PolicyErrors([
      {
        code,
        message: plainMessage(message),
        ...(file && { file }),
        ...(line && { line }),
        ...(column && { column }),
        ...(opaCode && { opaCode }),
      },
    ]);
  }
}

/** The message of an error without its place and OPA's code, which are fields. */
function plainMessage(message: string): string {
  return message.replace(/^(?:.*?: )?(?:rego|eval)_[a-z_]*error: /, "").replace(/\n\t[\s\S]*$/, "");
}
