// Starts the JavaScript side: the table of Node's modules, the globals, and the script of the command line.
//
// host [--expose-gc] [--require <file>]... <script> [arguments]   runs a script
// host -e <code> [arguments]                                      runs a text as a CommonJS script

/** Node's modules that the host has: specifier without `node:` -> the file in this folder, and a property of its exports. */
const available = {
  assert: ["assert"],
  "assert/strict": ["assert", "strict"],
  buffer: ["buffer"],
  child_process: ["process", "childProcess"],
  console: ["console"],
  events: ["events"],
  fs: ["fs"],
  "fs/promises": ["fs", "promises"],
  module: ["module", "Module"],
  os: ["os"],
  path: ["path"],
  "path/posix": ["path"],
  perf_hooks: ["globals", "perfHooks"],
  process: ["process", "process"],
  timers: ["timers", "timers"],
  "timers/promises": ["timers", "promises"],
  url: ["url"],
  util: ["util"],
  "util/types": ["util", "types"],
};

const loaded = new Map();

/** Loads a file of this folder, by its path in it: `./fs.cjs`. */
function load(file) {
  const name = file.slice(2, -4);
  const known = loaded.get(name);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  sources[name](module.exports, load, module, natives);
  return module.exports;
}

/** Node's modules, for `require` and `import`. */
const builtins = {
  names: Object.keys(available),
  has: (name) => Object.hasOwn(available, name),
  load(name) {
    const [file, property] = available[name];
    const loadedFile = load(`./${file}.cjs`);
    const module = property === undefined ? loadedFile : loadedFile[property];
    load("./lacking.cjs").addTo(name, module);
    return module;
  },
};

natives.builtins = builtins;
load("./globals.cjs").define();
const { process, handleError, finish } = load("./process.cjs");
const modules = load("./module.cjs");
natives.setHook("error", handleError);
natives.setHook("exit", () => {
  modules.noteEnd();
  return finish();
});

/** Splits the command line. Options of Node that change nothing here are accepted. */
function readArguments([, ...words]) {
  const options = { preload: [] };
  while (words[0]?.startsWith("-")) {
    const word = words.shift();
    if (word === "--") break;
    if (word === "--expose-gc" || word === "--expose_gc") globalThis.gc = natives.gc;
    else if (word === "-r" || word === "--require") options.preload.push(words.shift());
    else if (word === "-e" || word === "--eval") options.code = words.shift();
    else if (/^--force-node-api-uncaught-exceptions-policy(=true)?$/.test(word)) natives.reportAll();
    else if (word.startsWith("--no-") || word.startsWith("--force-") || word === "--gc-global" || word.startsWith("--gc-interval"))
      process.execArgv.push(word);
    else throw new Error(`the host has no option ${word}`);
  }
  return { ...options, words };
}

try {
  const { preload, code, words } = readArguments(natives.argv);
  process.argv = [process.execPath, ...words];
  if (code === undefined && words.length === 0) throw new Error("usage: host [--expose-gc] [--require <file>] <script> [arguments]");
  for (const file of preload) modules.requireFrom(process.cwd(), file);
  if (code === undefined) modules.runMain(words[0]);
  else modules.runText(code);
} catch (error) {
  handleError(error);
}
