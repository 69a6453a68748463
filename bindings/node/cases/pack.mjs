// The behaviour cases as one JSON file, so that a slow board or an emulator does not parse YAML: a third of a smoke run there.
// JSON has no BigInt, so an integer is a string that begins with NUL.
const MARK = "\0";

/**
 * All case files as text.
 *
 * @param {import("./run.mjs").CaseFile[]} files
 * @returns {string}
 */
export function packCases(files) {
  return JSON.stringify(files, (_key, value) => (typeof value === "bigint" ? `${MARK}${value}` : value));
}

/**
 * The case files of a text.
 *
 * @param {string} text
 * @returns {import("./run.mjs").CaseFile[]}
 */
export function unpackCases(text) {
  return JSON.parse(text, (_key, value) => (typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(1)) : value));
}
