/** The type of each option. */
export const ENGINE_OPTIONS = {
  regoVersion: "string",
  strictBuiltinErrors: "boolean",
  builtins: "object",
  allow: "object",
  maxPolicyBytes: "number",
  maxDataBytes: "number",
  maxInputBytes: "number",
  maxNesting: "number",
  maxDepth: "number",
  maxEvaluationMs: "number",
  maxEvaluationMemoryBytes: "number",
  maxLoadMs: "number",
  maxLoadMemoryBytes: "number",
  maxBundleBytes: "number",
  maxBundleUnpackedBytes: "number",
  maxBundleEntries: "number",
  decisionCacheBytes: "number",
  decisionCacheTtlMs: "number",
  unsafeIntegers: "string",
  profile: "string",
} as const;

/** Options under the names of the crate, without those that are undefined. */
export function snakeKeys(options: object): Record<string, unknown> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [snakeName(key), value]));
}

/** A text of the crate with the names of options and methods in camelCase. */
export function camelNames(text: string): string {
  return text.replace(SNAKE_NAMES, (name) => name.replace(/_[a-z]/g, (letter) => letter.slice(1).toUpperCase()));
}

/** A name as the crate spells it. */
function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The names in the option `allow`. */
const ALLOW_NAMES = ["httpSend", "lookupIpAddr", "maxResponseBytes", "cacheBytes", "tlsFiles", "tlsVariables", "insecureTls"];

const SNAKE_NAMES = new RegExp(
  `\\b(${[...Object.keys(ENGINE_OPTIONS), ...ALLOW_NAMES, "setData", "evaluateJson", "keyId"].map(snakeName).join("|")})\\b`,
  "g",
);
