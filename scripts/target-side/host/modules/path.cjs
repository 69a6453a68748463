// node:path, for POSIX.

function check(path, name = "path") {
  if (typeof path === "string") return;
  const error = new TypeError(`The "${name}" argument must be of type string. Received ${path === null ? "null" : typeof path}`);
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
}

/** Removes `.`, `..` and empty parts. */
function simplify(path, isAbsolute) {
  const parts = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push("..");
  }
  return parts.join("/");
}

exports.sep = "/";
exports.delimiter = ":";

exports.normalize = (path) => {
  check(path);
  if (path === "") return ".";
  const isAbsolute = path.startsWith("/");
  const text = simplify(path, isAbsolute);
  const tail = text !== "" && path.endsWith("/") ? "/" : "";
  return isAbsolute ? `/${text}${tail}` : text === "" ? (path.endsWith("/") ? "./" : ".") : text + tail;
};

exports.join = (...paths) => {
  for (const path of paths) check(path);
  const joined = paths.filter((path) => path !== "").join("/");
  return joined === "" ? "." : exports.normalize(joined);
};

exports.resolve = (...paths) => {
  let resolved = "";
  for (const path of paths.toReversed()) {
    check(path, "paths");
    if (path === "") continue;
    resolved = resolved === "" ? path : `${path}/${resolved}`;
    if (path.startsWith("/")) return `/${simplify(resolved, true)}`;
  }
  return `/${simplify(`${natives.cwd()}/${resolved}`, true)}`;
};

exports.isAbsolute = (path) => {
  check(path);
  return path.startsWith("/");
};

exports.dirname = (path) => {
  check(path);
  const trimmed = path.replace(/(?<=.)\/+$/, "");
  const end = trimmed.lastIndexOf("/");
  if (end < 0) return ".";
  return end === 0 ? "/" : trimmed.slice(0, end).replace(/(?<=.)\/+$/, "");
};

exports.basename = (path, suffix = "") => {
  check(path);
  const name = path.replace(/\/+$/, "").split("/").at(-1);
  return suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
};

exports.extname = (path) => {
  const name = exports.basename(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 || name === ".." ? "" : name.slice(dot);
};

exports.relative = (from, to) => {
  const [start, end] = [exports.resolve(from), exports.resolve(to)].map((path) => path.split("/").filter(Boolean));
  let common = 0;
  while (common < start.length && common < end.length && start[common] === end[common]) common++;
  return [...start.slice(common).map(() => ".."), ...end.slice(common)].join("/");
};

exports.parse = (path) => {
  const base = exports.basename(path);
  const ext = exports.extname(path);
  const root = path.startsWith("/") ? "/" : "";
  const dir = path.includes("/") ? exports.dirname(path) : "";
  return { root, dir, base, ext, name: ext === "" ? base : base.slice(0, -ext.length) };
};

exports.format = ({ dir, root = "", base, name = "", ext = "" }) => {
  const file = base ?? `${name}${ext === "" || ext.startsWith(".") ? ext : `.${ext}`}`;
  if (!dir) return root + file;
  return dir === root ? dir + file : `${dir}/${file}`;
};

exports.toNamespacedPath = (path) => path;
exports.posix = exports;
Object.defineProperty(exports, "win32", {
  get() {
    throw require("./module.cjs").lacks("path.win32");
  },
});
