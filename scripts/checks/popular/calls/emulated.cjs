"use strict";
// Runs a call inside the emulated Node, and reports how it ended as one line on stdout: `BOARDKIT_CALL {…}`.
// qemu-user does not run a program of the target that another one starts, unless the machine has binfmt_misc. So the emulator is put before
// each program of the target: the command of the emulator is in BOARDKIT_EMULATOR as JSON.
const childProcess = require("node:child_process");
const { closeSync, openSync, readSync, writeSync } = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const emulator = JSON.parse(process.env.BOARDKIT_EMULATOR);
const CRASHES = new Set(["SIGILL", "SIGSEGV", "SIGBUS", "SIGABRT", "SIGTRAP", "SIGFPE", "SIGSYS"]);
const ownMachine = machineOf(process.execPath);
/** What the loader of addons and the programs reported; packages often replace these errors by others. */
const seen = { dlopen: [], crashes: [] };

const { dlopen } = process;
process.dlopen = function (...args) {
  try {
    return dlopen.apply(this, args);
  } catch (error) {
    seen.dlopen.push(error.message);
    throw error;
  }
};

const { spawn } = childProcess.ChildProcess.prototype;
childProcess.ChildProcess.prototype.spawn = function (options) {
  const { file } = options;
  if (isOfTarget(file)) {
    const [program, ...args] = emulator;
    Object.assign(options, { file: program, args: [program, ...args, file, ...(options.args ?? []).slice(1)] });
  }
  this.once("exit", (_code, signal) => note(file, signal));
  return spawn.call(this, options);
};
for (const name of ["spawnSync", "execFileSync"]) {
  const original = childProcess[name];
  childProcess[name] = (file, args = [], ...rest) => {
    const own = Array.isArray(args) ? [args, ...rest] : [[], args];
    const [list, options] = own;
    try {
      const result = isOfTarget(file)
        ? original(emulator[0], [...emulator.slice(1), file, ...list], options)
        : original(file, list, options);
      note(file, result?.signal);
      return result;
    } catch (error) {
      note(file, error.signal);
      throw error;
    }
  };
}
// Packages recognize musl by `ldd --version`. That of the target's root is a program if the root has musl; else this machine's says the same.
const { execSync } = childProcess;
childProcess.execSync = (command, ...rest) => {
  const [program, ...args] = command.split(" ");
  const ldd = `${emulator[emulator.indexOf("-L") + 1]}/usr/bin/ldd`;
  return program === "ldd" && isOfTarget(ldd) ? childProcess.execFileSync(ldd, args, ...rest) : execSync(command, ...rest);
};
syncBuiltinESMExports();

function note(file, signal) {
  if (CRASHES.has(signal)) seen.crashes.push(`${file} was ended by ${signal}`);
}

function isOfTarget(file) {
  return file.includes("/") && machineOf(file) === ownMachine;
}

/** Class and e_machine of an ELF file; undefined for another one. */
function machineOf(path) {
  const head = Buffer.alloc(20);
  try {
    const file = openSync(path, "r");
    readSync(file, head, 0, 20, 0);
    closeSync(file);
  } catch {
    // The spawn itself reports a missing file.
    return undefined;
  }
  return head.toString("latin1", 0, 4) === "\x7fELF" ? `${head[4]} ${head.readUInt16LE(18)}` : undefined;
}

/** The messages of an error, of the program that it is about, of its causes, and of the errors that it collects. */
function messagesOf(error, depth = 0) {
  if (!(error instanceof Error) || depth > 5) return [String(error)];
  const own = [error.stderr, `${error.code ? `${error.code}: ` : ""}${error.message}`].filter(Boolean).map(String);
  return [...own, ...[error.cause, ...(error.errors ?? [])].filter(Boolean).flatMap((one) => messagesOf(one, depth + 1))];
}

function report(result) {
  writeSync(1, `\nBOARDKIT_CALL ${JSON.stringify({ ...result, ...seen })}\n`);
  process.exit(0);
}

/** Runs the call. A Node that the package starts has this file too, but no call. */
globalThis.boardkitCall = (call) => {
  process.on("uncaughtException", (error) => report({ ok: false, messages: messagesOf(error) }));
  call().then(
    (value) => report({ ok: true, value: String(value) }),
    (error) => report({ ok: false, messages: messagesOf(error) }),
  );
};
