// The data document of files: JSON and YAML as OPA reads them, merged.
import { BoardkitError } from "../../lib/errors.ts";
import type { DataFile } from "./files.ts";
import type { Engine } from "./grid.ts";

/** Merges data files into an engine, one after the other. */
export function addData(engine: Engine, files: DataFile[]): void {
  for (const file of files) {
    const value = parse(engine, file);
    if (!isObject(value) && file.at.length === 0)
      throw fault(file, "document must be of type object", "put the value into an object, or the file into a folder");
    const document = file.at.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    try {
      engine.mergeData(document as object);
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code !== "GRID_INPUT" && code !== "GRID_LIMIT") throw error;
      throw fault(file, message, "data of several files must not overlap, nor have the path of a rule");
    }
  }
}

/** The value of a JSON or YAML text. YAML is read by the engine's own `yaml.unmarshal`, which reads it as OPA does. */
function parse(engine: Engine, file: DataFile): unknown {
  let text = file.text;
  if (file.isYaml) {
    try {
      text = engine.evaluateJson("yaml.unmarshal(input)", JSON.stringify(text)) ?? "";
    } catch (error) {
      throw fault(file, (error as Error).message, "correct the YAML; a build of Grid without the feature yaml reads none");
    }
    if (text === "") throw fault(file, "is not YAML", "correct the file");
  }
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
      const isInexact = typeof value === "number" && (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)));
      if (isInexact) throw new SyntaxError(`the number ${context?.source ?? value} has more digits than JavaScript keeps`);
      return value;
    });
  } catch (error) {
    throw fault(file, (error as Error).message, "correct the JSON; write numbers with many digits as strings");
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fault(file: DataFile, message: string, fix: string): BoardkitError {
  return new BoardkitError(`${file.name}: ${message}`, { code: "BAD_DATA", place: file.name, fix });
}
