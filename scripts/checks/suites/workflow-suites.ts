// The offline checks of .github: actionlint finds errors, zizmor finds security problems.
import { getToolchain } from "../../model/registry.ts";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { provided } from "../../tools/store/store.ts";
import { countOne } from "./counts.ts";
import type { Suite } from "./suite.ts";

/** A suite that runs one tool of the store. */
function suiteOf(id: string, args: string[]): Suite {
  return {
    name: id,
    argv: ({ cache, registry }) => [provided(cache, getToolchain(registry, id), id), ...args],
    findObstacle: (context) => fetchOptional(id, context),
    count: countOne,
  };
}

export const workflowSuites: Suite[] = [
  // Without linters of shell and Python from the PATH, so that the result is the same on every machine.
  suiteOf("actionlint", ["-shellcheck=", "-pyflakes="]),
  suiteOf("zizmor", ["--offline", "--no-progress", "--strict-collection", "--persona=pedantic", ".github"]),
];
