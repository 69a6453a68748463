// Suggestions for a mistyped or shortened name.
import leven from "leven";

/** Most typing errors in a name that is still recognised. */
const MOST_ERRORS = 2;

/** The names that contain the parts of a word in order, else the names that differ from it by a few letters. */
export function nearest(word: string, names: string[]): string[] {
  const parts = word.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
  const inOrder = new RegExp(parts.join(".*"));
  const containing = parts.length > 0 ? names.filter((name) => inOrder.test(name)) : [];
  if (containing.length > 0 && containing.length < names.length) return containing;
  const distances = names.map((name) => ({ name, errors: leven(word, name) })).filter(({ errors }) => errors <= MOST_ERRORS);
  return distances.toSorted((one, other) => one.errors - other.errors).map(({ name }) => name);
}

/** `did you mean …` for an error's fix; empty if no name is similar. */
export function suggest(word: string, names: string[]): string {
  const found = nearest(word, names);
  return found.length === 0 ? "" : `did you mean ${found.join(" or ")}?\n`;
}
