// The global `process`, the ends of the process, and node:child_process as far as it waits for the child.
const EventEmitter = require("./events.cjs");
const timers = require("./timers.cjs");

const NODE = "22.14.0";

const process = new (class process extends EventEmitter {})();
exports.process = process;

const started = natives.now();
const decode = (bytes) => natives.decode(bytes, 0, bytes.byteLength, false);

/** Writes all of a text or of bytes to a file descriptor. */
function writeAll(fd, data) {
  const view = typeof data === "string" ? new Uint8Array(natives.encode(data)) : data;
  for (let done = 0; done < view.byteLength;) {
    try {
      done += natives.write(fd, view.buffer, view.byteOffset + done, view.byteLength - done, -1);
    } catch (error) {
      // The reader of a pipe may be slow, or gone.
      if (error.code === "EPIPE") return;
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

/** An output stream without buffering. */
const outputTo = (fd) =>
  Object.assign(new EventEmitter(), {
    fd,
    isTTY: undefined,
    writable: true,
    columns: 80,
    write(data, ...rest) {
      writeAll(fd, data);
      const done = rest.find((value) => typeof value === "function");
      if (done) process.nextTick(done);
      return true;
    },
    end(data) {
      if (data !== undefined) writeAll(fd, data);
    },
  });

const variables = natives.environment();
/** Changes are for the addons too: they read the environment of the process. */
const env = new Proxy(variables, {
  set(target, name, value) {
    if (typeof name === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    target[name] = String(value);
    natives.setEnvironment(name, target[name]);
    return true;
  },
  defineProperty: (target, name, { value }) => Reflect.set(env, name, value),
  deleteProperty(target, name) {
    delete target[name];
    if (typeof name === "string") natives.setEnvironment(name, undefined);
    return true;
  },
});

const hrtime = (earlier = [0, 0]) => {
  const now = natives.now() - (BigInt(earlier[0]) * 1_000_000_000n + BigInt(earlier[1]));
  return [Number(now / 1_000_000_000n), Number(now % 1_000_000_000n)];
};
hrtime.bigint = () => natives.now();

const memoryUsage = () => {
  const [rss, heapTotal, heapUsed, external] = natives.memory();
  return { rss, heapTotal, heapUsed, external, arrayBuffers: 0 };
};
memoryUsage.rss = () => natives.memory()[0];

/** Versions of Node's parts that addons ask for, and of the host. */
const versions = { node: NODE, napi: "10", modules: "127", host: natives.version, quickjs: natives.engine };

Object.assign(process, {
  title: "host",
  version: `v${NODE}`,
  versions: Object.freeze(versions),
  release: { name: "node", lts: "Jod" },
  arch: natives.arch,
  platform: "linux",
  config: {
    target_defaults: {},
    variables: { napi_build_version: "10", ...(natives.armVersion ? { arm_version: natives.armVersion } : {}) },
  },
  features: {},
  pid: natives.pid,
  argv0: natives.argv[0],
  execPath: natives.realpath("/proc/self/exe"),
  execArgv: [],
  argv: [],
  env,
  stdout: outputTo(1),
  stderr: outputTo(2),
  nextTick: timers.nextTick,
  hrtime,
  memoryUsage,
  cwd: natives.cwd,
  chdir: natives.chdir,
  uptime: () => Number(natives.now() - started) / 1e9,
  umask: () => 0o022,
  getuid: () => natives.stat("/proc/self", true)[6],
  abort: natives.abort,
  exit: (code) => {
    if (code !== undefined) process.exitCode = code;
    natives.exit(finish());
  },
  reallyExit: natives.exit,
  emitWarning(warning, type = "Warning") {
    const name = typeof type === "string" ? type : (type?.type ?? "Warning");
    writeAll(2, `(host:${process.pid}) ${warning instanceof Error ? `${warning.name}: ${warning.message}` : `${name}: ${warning}`}\n`);
    process.emit("warning", warning);
  },
  dlopen: (module, file) => natives.loadAddon(module, file),
  report: { getReport: () => ({ header: { glibcVersionRuntime: natives.glibc }, sharedObjects: [] }), excludeNetwork: true },
  binding(name) {
    throw new Error(`the host has no process.binding("${name}")`);
  },
});

let isEnding = false;

/** Emits 'exit' once; returns the exit code. */
function finish() {
  const code = () => Number(process.exitCode ?? 0);
  if (isEnding) return code();
  isEnding = true;
  process.exiting = true;
  try {
    process.emit("exit", code());
  } catch (error) {
    print(error);
    process.exitCode = 7;
  }
  return code();
}
exports.finish = finish;

/** Prints an uncaught error. */
function print(error) {
  const { describe } = require("./inspect.cjs");
  const text = describe(error);
  const isError = natives.describe(error)[0] === "error";
  writeAll(2, isError ? `${text}\n\nhost ${natives.version}, quickjs-ng ${natives.engine}\n` : `Uncaught ${text}\n`);
}

/** Gives an uncaught error to the script's handlers, or ends the process with its text and exit code 1. */
function handleError(error, origin = "uncaughtException") {
  if (process.listenerCount("uncaughtException") > 0 && !isEnding) {
    try {
      process.emit("uncaughtException", error, origin);
      return;
    } catch (other) {
      print(other);
      process.exitCode = 7;
      natives.exit(finish());
    }
  }
  print(error);
  process.exitCode = 1;
  natives.exit(finish());
}
exports.handleError = (error) => handleError(error);

timers.handlers.fail = exports.handleError;
timers.handlers.rejected = (reason, promise) => {
  if (process.emit("unhandledRejection", reason, promise)) return;
  handleError(reason, "unhandledRejection");
};
natives.setHook("idle", () => {
  process.emit("beforeExit", Number(process.exitCode ?? 0));
  timers.tick();
  return timers.isAlive();
});

const SIGNALS = {
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  15: "SIGTERM",
};

/** Runs a program and waits for it; the same result as spawnSync of Node. */
function spawnSync(file, words = [], options = {}) {
  if (!Array.isArray(words)) return spawnSync(file, [], words);
  if (options.input !== undefined) throw require("./module.cjs").lacks("child_process with `input`");
  const given = Object.entries(options.env ?? variables).map(([name, value]) => `${name}=${value}`);
  const inherits = options.stdio === "inherit";
  const [status, signal, ...outputs] = natives.run([file, ...words], given, options.cwd, inherits);
  const encoding = options.encoding;
  const [stdout, stderr] = outputs.map((bytes) =>
    encoding && encoding !== "buffer" ? decode(bytes) : require("./buffer.cjs").Buffer.from(bytes),
  );
  return {
    pid: 0,
    status,
    signal: signal === null ? null : (SIGNALS[signal] ?? `SIG${signal}`),
    stdout,
    stderr,
    output: [null, stdout, stderr],
  };
}

function execFileSync(file, words, options = {}) {
  const result = spawnSync(file, words, options);
  if (result.status === 0) return result.stdout;
  throw Object.assign(new Error(`Command failed: ${[file, ...(words ?? [])].join(" ")}`), result);
}

function execSync(command, options) {
  return execFileSync("/bin/sh", ["-c", command], options);
}

/** The asynchronous forms wait too: the child has ended when they return. */
function execFile(file, words, options, done = options) {
  const result = spawnSync(file, words, { encoding: "utf8", ...(typeof options === "object" ? options : {}) });
  const error =
    result.status === 0 ? null : Object.assign(new Error(`Command failed: ${file}`), { code: result.status, signal: result.signal });
  process.nextTick(() => done?.(error, result.stdout, result.stderr));
}

function spawn(file, words, options = {}) {
  const child = new EventEmitter();
  const result = spawnSync(file, words, { ...options, encoding: "buffer" });
  const outputs = [new EventEmitter(), new EventEmitter()];
  [child.stdout, child.stderr] = outputs;
  for (const output of outputs) output.setEncoding = () => output;
  timers.timers.setImmediate(() => {
    for (const [index, output] of outputs.entries()) {
      const bytes = index === 0 ? result.stdout : result.stderr;
      if (bytes.length > 0) output.emit("data", bytes);
      output.emit("end");
    }
    child.emit("exit", result.status, result.signal);
    child.emit("close", result.status, result.signal);
  });
  return child;
}

exports.childProcess = { spawnSync, execFileSync, execSync, execFile, spawn };
