// What a cache without the addon refuses: a case that uses it passes only if the call throws an AddonError.

const ADDON_METHODS = new Set(["snapshot", "restore"]);

/**
 * Whether the options of a cache need the addon.
 *
 * @param {{ policy?: unknown } | null | undefined} options
 */
export function optionsNeedAddon(options) {
  return options?.policy === "s3fifo";
}

/**
 * Whether a step needs the addon.
 *
 * @param {string} method
 * @param {any[]} args
 */
export function stepNeedsAddon(method, args) {
  return ADDON_METHODS.has(method) || (method === "open" && optionsNeedAddon(args[2]));
}

/**
 * Fails unless a call threw the error of what needs the addon.
 *
 * @param {{ error?: unknown }} outcome
 */
export function expectAddonError(outcome) {
  if (!("error" in outcome)) throw new Error("returned, expected an AddonError: only the addon has this");
  const { name, code, message } = /** @type {Error & { code?: unknown }} */ (outcome.error);
  if (name === "AddonError" && String(code).startsWith("ERR_ADDON_") && message.includes("needs Grid's native addon")) return;
  throw new Error(`expected an AddonError, got ${name} (${String(code)}: ${message})`, { cause: outcome.error });
}
