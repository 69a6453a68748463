// What checks .github, without asking GitHub: actionlint for what would not run, zizmor for what would run for others.
import { BoardkitError } from "../lib/errors.ts";
import { getToolchain } from "../model/registry.ts";
import type { Context } from "../pipeline/context.ts";
import { fetchItems } from "../pipeline/setup.ts";
import { provided } from "../pipeline/store.ts";
import { countWhole } from "./counts.ts";
import type { Suite } from "./suites.ts";

/** A suite that is one run of a tool of the store, fetched after what it is made with. */
function suiteOf(id: string, madeWith: string[], args: string[]): Suite {
  return {
    name: id,
    argv: ({ cache, registry }) => [provided(cache, getToolchain(registry, id), id), ...args],
    findObstacle: async (context) => findObstacle([...madeWith, id], context),
    count: countWhole,
  };
}

/** Faults of this machine and of its network; what a registry serves in the place of what was pinned is none. */
const OBSTACLES = new Set(["FETCH_FAILED", "NO_SOURCE", "TOOL_MISSING"]);

/** Why a tool cannot be had here, with the mend. */
async function findObstacle(ids: string[], context: Context): Promise<string | undefined> {
  try {
    await fetchItems(ids, context);
    return undefined;
  } catch (error) {
    if (!(error instanceof BoardkitError && OBSTACLES.has(error.code))) throw error;
    return [error.message, error.details.mend].filter(Boolean).join(": ");
  }
}

export const workflowSuites: Suite[] = [
  // Without the linters of shell and Python that this machine may have: the result is to be the same everywhere.
  suiteOf("actionlint", ["go"], ["-shellcheck=", "-pyflakes="]),
  suiteOf("zizmor", [], ["--offline", "--no-progress", "--strict-collection", "--persona=pedantic", ".github"]),
];
