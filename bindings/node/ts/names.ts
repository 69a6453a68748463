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

/** The type of each field of the option `allow`. */
export const ALLOW_FIELDS = { httpSend: "object", lookupIpAddr: "object", runtime: "object" } as const;

/** The type of each field of its `httpSend`. */
export const HTTP_FIELDS = {
  hosts: "object",
  maxResponseBytes: "number",
  cacheBytes: "number",
  tlsFiles: "object",
  tlsVariables: "object",
  insecureTls: "boolean",
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

const SNAKE_NAMES = new RegExp(
  `\\b(${[...Object.keys(ENGINE_OPTIONS), ...Object.keys(ALLOW_FIELDS), ...Object.keys(HTTP_FIELDS), "setData", "evaluateJson", "keyId"].map(snakeName).join("|")})\\b`,
  "g",
);
