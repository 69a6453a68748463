// node:fs, as far as it waits for the file system; the promises and callbacks of it wait too.
const { Buffer } = require("./buffer.cjs");

const O = { RDONLY: 0, WRONLY: 1, RDWR: 2, CREAT: 0o100, EXCL: 0o200, TRUNC: 0o1000, APPEND: 0o2000 };
const FLAGS = {
  r: O.RDONLY,
  rs: O.RDONLY,
  "r+": O.RDWR,
  w: O.WRONLY | O.CREAT | O.TRUNC,
  wx: O.WRONLY | O.CREAT | O.TRUNC | O.EXCL,
  "w+": O.RDWR | O.CREAT | O.TRUNC,
  a: O.WRONLY | O.CREAT | O.APPEND,
  ax: O.WRONLY | O.CREAT | O.APPEND | O.EXCL,
  "a+": O.RDWR | O.CREAT | O.APPEND,
};
const KINDS = {
  File: 0o100000,
  Directory: 0o040000,
  SymbolicLink: 0o120000,
  FIFO: 0o010000,
  Socket: 0o140000,
  CharacterDevice: 0o020000,
  BlockDevice: 0o060000,
};

/** A path as text; URLs and Buffers are paths too. */
function pathText(path) {
  if (path instanceof URL) return require("./url.cjs").fileURLToPath(path);
  const text = typeof path === "string" ? path : path instanceof Uint8Array ? Buffer.from(path).toString() : undefined;
  if (text !== undefined && !text.includes("\0")) return text;
  const code = text === undefined ? "ERR_INVALID_ARG_TYPE" : "ERR_INVALID_ARG_VALUE";
  throw Object.assign(new TypeError(`The "path" argument must be a string, Buffer or URL without null bytes. Received ${String(path)}`), {
    code,
  });
}

const encodingOf = (options) => (typeof options === "string" ? options : options?.encoding);
const decoded = (bytes, options) => (encodingOf(options) && encodingOf(options) !== "buffer" ? bytes.toString(encodingOf(options)) : bytes);
const modeOf = (mode, usual) => (typeof mode === "string" ? Number.parseInt(mode, 8) : (mode ?? usual));

class Stats {
  constructor([mode, size, mtimeMs, ino, dev, nlink, uid, gid, atimeMs, ctimeMs]) {
    Object.assign(this, { dev, mode, nlink, uid, gid, ino, size, atimeMs, mtimeMs, ctimeMs, birthtimeMs: ctimeMs });
    Object.assign(this, { atime: new Date(atimeMs), mtime: new Date(mtimeMs), ctime: new Date(ctimeMs), birthtime: new Date(ctimeMs) });
  }
}
class Dirent {
  constructor(name, parentPath, mode) {
    Object.assign(this, { name, parentPath, path: parentPath });
    Object.defineProperty(this, "mode", { value: mode });
  }
}
for (const [name, kind] of Object.entries(KINDS)) {
  const is = function () {
    return (this.mode & 0o170000) === kind;
  };
  for (const Type of [Stats, Dirent]) Object.defineProperty(Type.prototype, `is${name}`, { value: is, configurable: true, writable: true });
}

const fs = {
  openSync: (path, flags = "r", mode = 0o666) =>
    natives.open(pathText(path), typeof flags === "number" ? flags : FLAGS[flags], modeOf(mode)),
  closeSync: (fd) => void natives.close(fd),
  readSync(fd, view, offset = 0, length = view.byteLength - offset, position = null) {
    return natives.read(fd, view.buffer, view.byteOffset + offset, length, position === null ? -1 : Number(position));
  },
  writeSync(fd, data, offset, length, position) {
    const view = typeof data === "string" ? Buffer.from(data, length) : data;
    const start = typeof data === "string" ? 0 : (offset ?? 0);
    const place = typeof data === "string" ? offset : position;
    return natives.write(
      fd,
      view.buffer,
      view.byteOffset + start,
      typeof data === "string" ? view.length : (length ?? view.byteLength - start),
      place ?? -1,
    );
  },
  readFileSync(path, options) {
    const fd = typeof path === "number" ? path : fs.openSync(path, options?.flag ?? "r");
    try {
      // A file of /proc says that it is empty, so that the end is found by reading.
      const parts = [];
      for (let size = 64 * 1024; ; size = Math.min(size * 2, 16 * 1024 * 1024)) {
        const part = Buffer.alloc(size);
        const count = fs.readSync(fd, part);
        if (count === 0) return decoded(parts.length === 1 ? Buffer.from(parts[0]) : Buffer.concat(parts), options);
        parts.push(part.subarray(0, count));
      }
    } finally {
      if (typeof path !== "number") fs.closeSync(fd);
    }
  },
  writeFileSync(path, data, options) {
    const view = typeof data === "string" ? Buffer.from(data, encodingOf(options) ?? "utf8") : data;
    const fd = typeof path === "number" ? path : fs.openSync(path, options?.flag ?? "w", options?.mode ?? 0o666);
    try {
      for (let done = 0; done < view.byteLength;) done += fs.writeSync(fd, view, done);
    } finally {
      if (typeof path !== "number") fs.closeSync(fd);
    }
  },
  appendFileSync: (path, data, options) =>
    fs.writeFileSync(path, data, { ...(typeof options === "string" ? { encoding: options } : options), flag: "a" }),
  existsSync(path) {
    try {
      natives.access(pathText(path), 0);
      return true;
    } catch {
      return false;
    }
  },
  accessSync: (path, mode = 0) => void natives.access(pathText(path), mode),
  statSync(path, { throwIfNoEntry = true } = {}) {
    const found = natives.stat(pathText(path), true, !throwIfNoEntry);
    return found && new Stats(found);
  },
  lstatSync(path, { throwIfNoEntry = true } = {}) {
    const found = natives.stat(pathText(path), false, !throwIfNoEntry);
    return found && new Stats(found);
  },
  readdirSync(path, options) {
    const folder = pathText(path);
    const names = natives.readdir(folder).toSorted();
    const list = names.flatMap((name) => {
      const below =
        options?.recursive && fs.lstatSync(`${folder}/${name}`).isDirectory()
          ? fs.readdirSync(`${folder}/${name}`, { recursive: true })
          : [];
      return [name, ...below.map((inner) => `${name}/${inner}`)];
    });
    return options?.withFileTypes ? list.map((name) => new Dirent(name, folder, fs.lstatSync(`${folder}/${name}`).mode)) : list;
  },
  mkdirSync(path, options) {
    const folder = pathText(path);
    const mode = modeOf(typeof options === "object" ? options?.mode : options, 0o777);
    if (!options?.recursive) return void natives.mkdir(folder, mode);
    if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
    const above = require("./path.cjs").dirname(folder);
    const first = above === folder ? undefined : fs.mkdirSync(above, options);
    natives.mkdir(folder, mode);
    return first ?? folder;
  },
  rmdirSync: (path, options) => (options?.recursive ? fs.rmSync(path, { recursive: true }) : void natives.rmdir(pathText(path))),
  unlinkSync: (path) => void natives.unlink(pathText(path)),
  rmSync(path, { force = false, recursive = false } = {}) {
    const place = pathText(path);
    const found = fs.lstatSync(place, { throwIfNoEntry: !force });
    if (!found) return;
    if (!found.isDirectory()) return void natives.unlink(place);
    if (!recursive)
      throw Object.assign(new Error(`Path is a directory: rm returned EISDIR (is a directory) ${place}`), { code: "ERR_FS_EISDIR" });
    for (const name of natives.readdir(place)) fs.rmSync(`${place}/${name}`, { recursive: true, force });
    natives.rmdir(place);
  },
  renameSync: (from, to) => natives.rename(pathText(from), pathText(to)),
  copyFileSync: (from, to) => fs.writeFileSync(to, fs.readFileSync(from)),
  symlinkSync: (target, path) => natives.symlink(pathText(target), pathText(path)),
  readlinkSync: (path) => natives.readlink(pathText(path)),
  realpathSync: (path) => natives.realpath(pathText(path)),
  mkdtempSync: (prefix) => natives.mkdtemp(pathText(prefix)),
  chmodSync: (path, mode) => void natives.chmod(pathText(path), modeOf(mode)),
};
fs.realpathSync.native = fs.realpathSync;

/** Each function again with a callback and as a promise. */
const promises = {};
for (const [name, run] of Object.entries({ ...fs })) {
  const short = name.replace(/Sync$/, "");
  promises[short] = async (...values) => run(...values);
  if (short === "exists") continue;
  fs[short] = (...values) => {
    const done = values.pop();
    promises[short](...values).then(
      (result) => process.nextTick(done, null, result),
      (error) => process.nextTick(done, error),
    );
  };
}

fs.constants = {
  F_OK: 0,
  X_OK: 1,
  W_OK: 2,
  R_OK: 4,
  ...Object.fromEntries(Object.entries(O).map(([name, value]) => [`O_${name}`, value])),
};
promises.constants = fs.constants;
module.exports = Object.assign(fs, fs.constants, { promises, Stats, Dirent });
