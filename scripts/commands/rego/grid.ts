// Loads Grid, the engine that will run the policies: the package that the project has installed, or the one of Boardkit's own checkout.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BoardkitError } from "../../lib/errors.ts";
import { canonicalPath, packageRoot } from "../../lib/paths.ts";

export type RegoVersion = "v0" | "v1";
export type Print = { file: string; line: number; text: string };
export type ExplainEvent = { kind: string; file: string; line: number; text: string };
export type Lines = { start: number; end: number };
type FileCoverage = {
  file: string;
  covered: Lines[];
  notCovered: Lines[];
  coveredLines: number;
  notCoveredLines: number;
  coverage: number;
};
export type Coverage = Omit<FileCoverage, "file" | "covered" | "notCovered"> & { files: FileCoverage[] };
export type Diagnostic = {
  code: string;
  message: string;
  file?: string;
  line?: number;
  column?: number;
  opaCode?: string;
  details?: string[];
};
export type TestResult = {
  package: string;
  name: string;
  file: string;
  line: number;
  column: number;
  outcome: "pass" | "fail" | "error" | "skip";
  code?: string;
  message?: string;
  cases?: { path: string[]; outcome: "pass" | "fail" }[];
  prints: Print[];
  durationNs: number;
};
export type TestReport = { results: TestResult[]; coverage?: Coverage };

/** The part of an engine of @boardkit/grid that the commands use. */
export type Engine = {
  loadPolicies(policies: Record<string, string>): void;
  loadBundle(bytes: Uint8Array, options: { name: string }): void;
  mergeData(data: object): void;
  validate(sources: Record<string, string>): Diagnostic[];
  runTests(options: { filter?: string; coverage: boolean }): TestReport;
  evaluateJson(query: string, inputText?: string): string | undefined;
  traceAllJson(query: string, inputText?: string): { value: string; prints: Print[]; metrics: Record<string, unknown> };
  explain(query: string, inputText: string | undefined, options: { mode: "notes" | "full" }): { events: ExplainEvent[] };
  coverage(query: string, input?: unknown): Coverage;
  prepare(query: string): { evaluateJson(inputText?: string): string | undefined };
  format(source: string): string;
};

export type Grid = { Engine: new (options: Record<string, unknown>) => Engine; features(): string[] };

const NAME = "@boardkit/grid";

/** Loads Grid for a project. */
export async function loadGrid(cwd: string): Promise<Grid> {
  const entry = findEntry(cwd);
  try {
    const grid = (await import(pathToFileURL(entry).href)) as Grid;
    // Loads the addon.
    grid.features();
    return grid;
  } catch (error) {
    const { message } = error as Error;
    throw new BoardkitError(`${NAME} cannot be loaded: ${message}`, {
      code: "GRID_FAILED",
      exit: "toolMissing",
      place: entry,
      fix: isOwn(entry)
        ? "build the addon of this checkout: npm run build:addon -w @boardkit/grid"
        : "install it for this machine again: npm install @boardkit/grid",
      cause: error,
    });
  }
}

/** The entry of the installed package, or of this checkout. */
function findEntry(cwd: string): string {
  const require = createRequire(join(canonicalPath(cwd), "package.json"));
  const own = join(packageRoot, "bindings/node/lib/index.js");
  let found: string | undefined;
  try {
    found = require.resolve(NAME);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
  }
  if (found !== undefined && existsSync(found)) return found;
  if (existsSync(own)) return own;
  const isCheckout = existsSync(join(packageRoot, "bindings/node/package.json"));
  throw new BoardkitError(`the project has no ${NAME}, the engine that the policies are for`, {
    code: "GRID_MISSING",
    exit: "toolMissing",
    place: canonicalPath(cwd),
    fix: isCheckout
      ? "build it: npm run build -w @boardkit/grid && npm run build:addon -w @boardkit/grid; or install it in the project of --cwd"
      : `install it: npm install ${NAME}; or name the project that has it with --cwd`,
  });
}

function isOwn(entry: string): boolean {
  return entry.startsWith(canonicalPath(packageRoot));
}
