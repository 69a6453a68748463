// The part of @boardkit/grid that the checks beside OPA use, and its errors in OPA's terms.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../../scripts/lib/paths.ts";

export type GridOptions = Record<string, unknown>;

/** One fault from `validate`. */
export type GridFault = { code: string; opaCode?: string; message: string; file?: string; line?: number; column?: number };

type GridTest = {
  package: string;
  name: string;
  file: string;
  line: number;
  outcome: string;
  code?: string;
  opaCode?: string;
  message?: string;
  cases?: { path: string[]; outcome: string }[];
};

export type GridEngine = {
  loadPolicies(policies: Record<string, string>): void;
  setData(data: object): void;
  loadBundle(bytes: Uint8Array, options: object): void;
  evaluate(query: string, input?: unknown): unknown;
  evaluateJson(query: string, input?: string): string | undefined;
  validate(sources: Record<string, string>): GridFault[];
  runTests(): { results: GridTest[] };
  format(source: string): string;
};

export type Grid = { Engine: new (options?: GridOptions) => GridEngine };

export type GridError = Error & Partial<Omit<GridFault, "message">> & { option?: string };

/** The URL of the entry of @boardkit/grid: another build's, or by default this checkout's. */
export function gridUrl(entry: string | undefined): string {
  return pathToFileURL(entry ?? join(packageRoot, "bindings/node/lib/index.js")).href;
}

/** OPA's code of an error: its field, or the code in its text. */
export function opaCodeOf({ opaCode, message = "" }: { opaCode?: string; message?: string }): string | undefined {
  return opaCode ?? /\b(?:rego|eval)_[a-z_]*error\b/.exec(message)?.[0];
}

/** The message of a Grid error without the place, the code and the line with a caret. */
export function plainMessage({ message = "" }: { message?: string }): string {
  return message
    .replace(/^(?:.*?: )?(?:rego|eval)_[a-z_]*error: /, "")
    .replace(/\n\t[\s\S]*$/, "")
    .trim();
}

/** Whether a message reports an unknown function that is one of OPA's builtins: this build of Grid lacks it. */
export function lacksBuiltin(message: string, builtins: ReadonlySet<string>): boolean {
  const words = message.match(/[a-z_]\w*(?:\.\w+)*/g) ?? [];
  return /\b(?:function|builtin)\b/.test(message) && words.some((word) => word !== "function" && word !== "builtin" && builtins.has(word));
}
