// One sample: how long @boardkit/grid takes from its require or import to its first decision, in milliseconds and by part. Run in a project that
// has it installed; the argument is `require` or `import`. Prints one line of JSON.
const path = require("node:path");
const { performance } = require("node:perf_hooks");

const how = process.argv[2];
const since = (start) => performance.now() - start;
const parts = { dlopen: 0, loader: 0 };

const open = require.extensions[".node"];
require.extensions[".node"] = (...call) => {
  const start = performance.now();
  open(...call);
  parts.dlopen += since(start);
};

// The loader is a module of its own, so it can be timed where it is called. It comes first in Grid's own package too: nothing is counted twice.
const root = path.dirname(require.resolve("@boardkit/grid"));

async function sample() {
  const start = performance.now();
  const { Engine } = how === "import" ? await import("@boardkit/grid") : require("@boardkit/grid");
  parts.package = since(start);
  const loading = performance.now();
  const loader = require(path.join(root, "loader.cjs"));
  parts.loader = since(loading);
  const load = loader.load;
  loader.load = (...call) => {
    const begun = performance.now();
    const addon = load(...call);
    parts.loader += since(begun) - parts.dlopen;
    return addon;
  };
  const engine = new Engine();
  const deciding = performance.now();
  engine.loadPolicy("authz.rego", 'package authz\nallow if input.user == "ann"');
  const answer = engine.evaluate("data.authz.allow", { user: "ann" });
  parts.decision = since(deciding);
  parts.total = since(start);
  if (answer !== true) throw new Error(`the decision was ${answer}`);
  process.stdout.write(`${JSON.stringify(parts)}\n`);
}

sample();
