// What checks .github, without asking GitHub: actionlint for what would not run, zizmor for what would run for others.
import { getToolchain } from "../../model/registry.ts";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { provided } from "../../tools/store/store.ts";
import { countWhole } from "./counts.ts";
import type { Suite } from "./suite.ts";

/** A suite that is one run of a tool of the store. */
function suiteOf(id: string, args: string[]): Suite {
  return {
    name: id,
    argv: ({ cache, registry }) => [provided(cache, getToolchain(registry, id), id), ...args],
    findObstacle: (context) => fetchOptional(id, context),
    count: countWhole,
  };
}

export const workflowSuites: Suite[] = [
  // Without the linters of shell and Python that this machine may have: the result is to be the same everywhere.
  suiteOf("actionlint", ["-shellcheck=", "-pyflakes="]),
  suiteOf("zizmor", ["--offline", "--no-progress", "--strict-collection", "--persona=pedantic", ".github"]),
];
