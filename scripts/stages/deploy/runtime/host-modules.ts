// What a script wants of Node that the host has not, as far as its text shows that: refused before anything is sent.
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { BoardkitError } from "../../../lib/errors.ts";
import { hostModules } from "../../../target-side/host/sources.ts";

/** `require("x")`, `import("x")`, `import "x"`, `… from "x"`. */
const SPECIFIERS = /(?:\brequire\s*\(|\bimport\s*\(?|\bfrom)\s*["'`]([^"'`\n]+)["'`]/g;
const ENDINGS = ["", ".js", ".cjs", ".mjs", "/index.js"];

/** Refuses a script that loads a module of Node that the host lacks, or whose own files do. Those of packages show in the trial. */
export async function requireHostModules(folder: string, entry: string, project = folder): Promise<void> {
  const known = await hostModules();
  const lacking: string[] = [];
  const files = [entry];
  const seen = new Set(files);
  for (const file of files) {
    for (const [, specifier = ""] of (await readFile(join(folder, file), "utf8")).matchAll(SPECIFIERS)) {
      const name = specifier.replace(/^node:/, "");
      if ((specifier !== name || builtinModules.includes(name)) && !known.has(name)) lacking.push(`${file} loads ${specifier}`);
      const found = specifier.startsWith(".") ? findFile(folder, posix.join(posix.dirname(file), specifier)) : undefined;
      if (found === undefined || seen.has(found)) continue;
      seen.add(found);
      files.push(found);
    }
  }
  if (lacking.length === 0) return;
  throw new BoardkitError("the host for JavaScript does not have what the program needs; nothing was sent", {
    code: "HOST_LACKS",
    place: join(project, entry),
    tail: lacking.join("\n"),
    fix: `the host has ${[...known].join(", ")}\nwith "runtime": "node" the deploy sends a Node, where there is one for the board`,
  });
}

function findFile(folder: string, path: string): string | undefined {
  const isFile = (one: string) => existsSync(join(folder, one)) && statSync(join(folder, one)).isFile();
  return ENDINGS.map((ending) => path + ending).find((one) => !one.startsWith("..") && /\.[cm]?js$/.test(one) && isFile(one));
}
