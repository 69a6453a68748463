// A child process that runs cases and writes a line per case, so that its parent knows which one ended it.
import { readFileSync } from "node:fs";
import type { OpaCase } from "./opa-cases.ts";
import { runCase, type Grid } from "./run-case.ts";

const [cases = "", from = "0", grid = ""] = process.argv.slice(2);
const list = JSON.parse(readFileSync(cases, "utf8")) as OpaCase[];
const loaded = (await import(grid)) as Grid;
for (let index = Number(from); index < list.length; index += 1) {
  process.stdout.write(`${JSON.stringify({ begins: index })}\n`);
  process.stdout.write(`${JSON.stringify({ index, ...runCase(list[index] as OpaCase, loaded) })}\n`);
}
