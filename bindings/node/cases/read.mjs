// Reads the behaviour cases of the repository.
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const ROOT = new URL("../../cases/", import.meta.url);

/**
 * All case files, by kind and name.
 *
 * @returns {import("./run.mjs").CaseFile[]}
 */
export function readCases() {
  return /** @type {const} */ (["engine", "cache"]).flatMap((kind) => {
    const names = readdirSync(new URL(`${kind}/`, ROOT)).filter((name) => name.endsWith(".yaml"));
    return names.toSorted().map((name) => {
      const file = `${kind}/${name}`;
      const text = readFileSync(new URL(file, ROOT), "utf8");
      // As BigInt an integer that exceeds a double differs from its neighbour.
      return { kind, file, cases: parse(text, { intAsBigInt: true }) };
    });
  });
}
