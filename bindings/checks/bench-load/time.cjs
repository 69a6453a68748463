// One sample: prints the milliseconds of @boardkit/grid from require or import to the first decision, by part, as a line of JSON. Run it in
// a project that has the package installed; the argument is `require` or `import`.
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

// The loader is a separate module, so its calls can be timed. It runs before the rest of the package, so no time is counted twice.
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
    const started = performance.now();
    const addon = load(...call);
    parts.loader += since(started) - parts.dlopen;
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
