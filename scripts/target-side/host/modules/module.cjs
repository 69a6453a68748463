// Modules: resolution as in Node, CommonJS, and the loader of ES modules for the engine.
const path = require("./path.cjs");
const fs = require("./fs.cjs");
const { process } = require("./process.cjs");
const { fileURLToPath, pathToFileURL } = require("./url.cjs");

/** An error for what the host does not have: it names that. */
function lacks(what) {
  const error = new Error(`the host has no ${what}: it runs smoke scripts on targets without Node`);
  error.code = "ERR_HOST_LACKS";
  return error;
}

function notFound(request, parent) {
  const error = new Error(`Cannot find module '${request}'${parent ? `\nRequire stack:\n- ${parent}` : ""}`);
  error.code = "MODULE_NOT_FOUND";
  return error;
}

const NODE_MODULES = new Set(
  (
    "async_hooks cluster crypto dgram diagnostics_channel dns domain http http2 https inspector net punycode querystring readline repl " +
    "sea sqlite stream string_decoder test tls trace_events tty v8 vm wasi worker_threads zlib"
  ).split(" "),
);

/** The name of a module of Node that the host has, without `node:`; undefined for other specifiers. */
function builtinName(specifier) {
  const name = specifier.startsWith("node:") ? specifier.slice(5) : specifier;
  if (natives.builtins.has(name)) return name;
  const [top] = name.split("/");
  if (specifier.startsWith("node:") || NODE_MODULES.has(top)) throw lacks(name);
  return undefined;
}

const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
const ENDINGS = ["", ".js", ".json", ".node", ".cjs", ".mjs"];

/** A file, with one of the usual endings, or the main file of a folder. */
function findFile(base) {
  if (!base.endsWith("/")) {
    for (const ending of ENDINGS) if (isFile(base + ending)) return base + ending;
  }
  const { main } = readPackage(path.join(base, "package.json")) ?? {};
  const candidates = main ? [path.join(base, main), path.join(base, main, "index")] : [];
  for (const candidate of [...candidates, path.join(base, "index")]) {
    for (const ending of ENDINGS) if (isFile(candidate + ending)) return candidate + ending;
  }
  return undefined;
}

const packages = new Map();
/** The content of a package.json; undefined if there is none. */
function readPackage(file) {
  if (!packages.has(file)) packages.set(file, isFile(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined);
  return packages.get(file);
}

/** The package.json above a file, and its folder. */
function packageOf(file) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const content = readPackage(path.join(folder, "package.json"));
    if (content) return { folder, content };
    if (folder === "/") return undefined;
  }
}

/** The target of an entry of `exports` or `imports` under the conditions; undefined if there is none. */
function pickTarget(entry, conditions, star) {
  if (typeof entry === "string") return entry.replaceAll("*", star);
  if (Array.isArray(entry)) return entry.map((one) => pickTarget(one, conditions, star)).find(Boolean);
  for (const [condition, value] of Object.entries(entry ?? {})) {
    if (!conditions.includes(condition)) continue;
    const target = pickTarget(value, conditions, star);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** Looks a key up in `exports` or `imports`, which may have patterns with one star. */
function lookUp(table, key, conditions) {
  if (Object.hasOwn(table, key)) return pickTarget(table[key], conditions, "");
  for (const pattern of Object.keys(table).toSorted((one, other) => other.length - one.length)) {
    const [start, end] = pattern.split("*");
    if (end === undefined || !key.startsWith(start) || !key.endsWith(end) || key.length < start.length + end.length) continue;
    return pickTarget(table[pattern], conditions, key.slice(start.length, key.length - end.length));
  }
  return undefined;
}

/** The file of an export of the package in a folder. */
function findExport(folder, subpath, conditions) {
  const content = readPackage(path.join(folder, "package.json"));
  const { exports: table } = content ?? {};
  if (table === undefined || table === null) return findFile(path.join(folder, subpath));
  const isMap = typeof table === "object" && !Array.isArray(table) && Object.keys(table).some((key) => key.startsWith("."));
  const target = lookUp(isMap ? table : { ".": table }, subpath, conditions);
  if (target !== undefined) return path.join(folder, target);
  const error = new Error(`Package subpath '${subpath}' is not defined by "exports" in ${folder}/package.json`);
  error.code = "ERR_PACKAGE_PATH_NOT_EXPORTED";
  throw error;
}

/** Resolves a specifier from a folder to a file. */
function resolveFile(request, folder, conditions, parent) {
  const found = findCandidate(request, folder, conditions);
  if (found === undefined || !isFile(found)) throw notFound(request, parent);
  return fs.realpathSync(found);
}

function findCandidate(request, folder, conditions) {
  if (/^(\.{0,2}\/|\.{1,2}$)/.test(request)) return findFile(path.resolve(folder, request) + (request.endsWith("/") ? "/" : ""));
  const own = packageOf(path.join(folder, "x"));
  if (request.startsWith("#")) {
    const target = lookUp(own?.content.imports ?? {}, request, conditions);
    return target === undefined ? undefined : findCandidate(target, own.folder, conditions);
  }
  const [, name, rest = ""] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(request) ?? [];
  if (own && own.content.name === name && own.content.exports) return findExport(own.folder, `.${rest}`, conditions);
  for (let place = folder; ; place = path.dirname(place)) {
    const base = path.join(place, "node_modules", name ?? request);
    if (fs.existsSync(base)) return findExport(base, `.${rest}`, conditions);
    if (place === "/") return undefined;
  }
}

const REQUIRE = ["node", "require", "node-addons", "default"];
const IMPORT = ["node", "import", "node-addons", "default"];

/** Whether a file is an ES module: by its ending, or, also without one, by `type` of its package. */
function isModule(file) {
  if (file.endsWith(".mjs")) return true;
  return [".js", ""].includes(path.extname(file)) && packageOf(file)?.content.type === "module";
}

const cache = Object.create(null);

class Module {
  constructor(id = "", parent = null) {
    this.id = id;
    this.path = path.dirname(id);
    this.exports = {};
    this.filename = id;
    this.loaded = false;
    this.children = [];
    this.parent = parent;
    this.paths = [];
  }
  require(request) {
    return load(request, this);
  }
  _compile(source, file) {
    const text = source.startsWith("#!") ? `//${source}` : source;
    const run = natives.evaluate(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, file);
    return Reflect.apply(run, this.exports, [this.exports, requireOf(this), this, file, path.dirname(file)]);
  }
}

const loaders = {
  ".js": (module, file) => module._compile(fs.readFileSync(file, "utf8"), file),
  ".json": (module, file) => {
    const text = fs.readFileSync(file, "utf8");
    try {
      module.exports = JSON.parse(text);
    } catch (error) {
      error.message = `${file}: ${error.message}`;
      throw error;
    }
  },
  ".node": (module, file) => process.dlopen(module, file),
};

/** Loads what a module requires. */
function load(request, parent) {
  if (typeof request !== "string" || request === "")
    throw Object.assign(new TypeError("The id of require must be a text"), { code: "ERR_INVALID_ARG_VALUE" });
  const name = builtinName(request);
  if (name !== undefined) return natives.builtins.load(name);
  return loadFile(resolveFile(request, parent.path, REQUIRE, parent.filename), parent);
}

function loadFile(file, parent) {
  const known = cache[file];
  if (known) return known.exports;
  if (isModule(file))
    throw Object.assign(new Error(`require() of ES Module ${file}: the host loads ES modules by import only`), { code: "ERR_REQUIRE_ESM" });
  const module = new Module(file, parent);
  cache[file] = module;
  try {
    (loaders[path.extname(file)] ?? loaders[".js"])(module, file);
  } catch (error) {
    delete cache[file];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

/** The function `require` of a module. */
function requireOf(module) {
  const require = (request) => module.require(request);
  require.resolve = (request) =>
    builtinName(request) === undefined ? resolveFile(request, module.path, REQUIRE, module.filename) : request;
  require.resolve.paths = () => [];
  require.cache = cache;
  require.extensions = loaders;
  require.main = exports.main;
  return require;
}

Module.createRequire = (from) =>
  requireOf(new Module(from instanceof URL || String(from).startsWith("file:") ? fileURLToPath(from) : String(from)));
Module.builtinModules = natives.builtins.names;
Module.isBuiltin = (specifier) => natives.builtins.has(specifier.replace(/^node:/, ""));
Module._cache = cache;
Module._extensions = loaders;
Module._load = (request, parent) => load(request, parent ?? new Module(`${process.cwd()}/x`));
Module._resolveFilename = (request, parent) => requireOf(parent ?? new Module(`${process.cwd()}/x`)).resolve(request);
Module.Module = Module;
exports.Module = Module;

/** The id of a module that is imported: a path, or `node:` and a name. */
natives.setHook("resolve", (base, specifier) => {
  const name = builtinName(specifier);
  if (name !== undefined) return `node:${name}`;
  if (specifier.startsWith("file:")) return resolveFile(fileURLToPath(specifier), "/", IMPORT, base);
  return resolveFile(specifier, path.dirname(base), IMPORT, base);
});

/** The content of a module that is imported: the source of an ES module, or the exports of another one. */
natives.setHook("load", (id) => {
  if (id.startsWith("node:")) return { exports: natives.builtins.load(id.slice(5)) };
  if (!isModule(id)) return { exports: loadFile(id, null) };
  const source = fs.readFileSync(id, "utf8");
  return {
    source: source.startsWith("#!") ? `//${source}` : source,
    fillMeta(meta) {
      meta.url = pathToFileURL(id).href;
      meta.filename = id;
      meta.dirname = path.dirname(id);
      meta.main = id === exports.mainFile;
      meta.resolve = (specifier) =>
        builtinName(specifier) === undefined ? pathToFileURL(resolveFile(specifier, path.dirname(id), IMPORT, id)).href : specifier;
    },
  };
});

/** Requires a file or package from a folder. */
exports.requireFrom = (folder, request) =>
  load(
    path.isAbsolute(request) || !isFile(path.resolve(folder, request)) ? request : path.resolve(folder, request),
    new Module(`${folder}/x`),
  );

/** Called when the event loop is empty. */
exports.noteEnd = () => {};

/** Runs the script of the command line. */
exports.runMain = (script) => {
  const file = resolveFile(path.resolve(script), "/", REQUIRE);
  process.argv[1] = file;
  exports.mainFile = file;
  if (isModule(file)) {
    let isSettled = false;
    natives.importModule("/x", file).then(
      () => (isSettled = true),
      (error) => {
        isSettled = true;
        process.nextTick(() => {
          throw error;
        });
      },
    );
    // As in Node: nothing is left to do, and the script still waits.
    exports.noteEnd = () => {
      if (isSettled) return;
      process.exitCode ??= 13;
      process.emitWarning(`Detected unsettled top-level await at ${file}`);
    };
    return;
  }
  const module = new Module(file);
  exports.main = process.mainModule = module;
  module.id = ".";
  cache[file] = module;
  loaders[".js"](module, file);
  module.loaded = true;
};

/** Runs a text as a CommonJS script in the current folder. */
exports.runText = (text) => {
  const module = new Module(`${process.cwd()}/[eval]`);
  globalThis.require = requireOf(module);
  globalThis.module = module;
  natives.evaluate(text, "[eval]");
};
exports.lacks = lacks;
