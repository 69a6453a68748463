// Python's stable ABI.
import table from "./stable-abi.json" with { type: "json" };

const { $comment: _about, ...added } = table;

/** The names in the stable ABI of Python 3.`minor`; the table lists them by the Python that added them. */
export function stableNames(minor: number): Set<string> {
  const known = Object.entries(added).filter(([version]) => Number(version.slice(2)) <= minor);
  return new Set(known.flatMap(([, names]) => names));
}
