// Runs Boardkit's TypeScript below node_modules, where Node itself does not (ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING): preloaded
// into the CLI, and so into its threads, where Boardkit is installed as a package.
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

const own = new URL(".", import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(own) || !url.endsWith(".ts")) return nextLoad(url, context);
    return { format: "module", source: stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8")), shortCircuit: true };
  },
});
