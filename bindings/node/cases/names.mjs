// Names as JavaScript spells them.

/**
 * Option names as JavaScript spells them.
 *
 * @param {object | null | undefined} options
 */
export function camelKeys(options) {
  if (options === undefined || options === null) return undefined;
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), value]));
}

/**
 * A name as JavaScript spells it.
 *
 * @param {string} name
 */
export function camel(name) {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
