// Loads the native addon of this package. `boardkit package` writes this file, the same for every project; loader.json lists the builds.
//
// Facts of this machine decide which build fits. A build that would crash is refused before it is opened: an instruction that the CPU lacks
// cannot be caught. The facts come from files of /proc, each read on demand; there is no child process and no dependency.
"use strict";

const fs = require("fs");
const path = require("path");

/** Linux, include/uapi/linux/auxvec.h. */
const AT_PAGESZ = 6;
/** Every Node that can run this file has at least this glibc. A build that needs no newer one skips the check, which takes milliseconds. */
const OLDEST_GLIBC = "2.17";

function readHost({ process, read }) {
  const { platform, arch, versions, config } = process;
  const common = { platform, arch, runtime: runtimeOf(versions), node: versions.node, nodeApi: Number(versions.napi) || undefined };
  if (platform !== "linux") return common;
  const known = {};
  const once = (name, readFact) => {
    if (!(name in known)) known[name] = readFact();
    return known[name];
  };
  const text = (file) => once(file, () => (read(file) || "").toString("latin1"));
  const maps = () => text("/proc/self/maps");
  const cpuinfo = () => text("/proc/cpuinfo");
  const report = () => once("report", () => readReport(process.report));
  return {
    ...common,
    get libc() {
      return once("libc", () => libcOfFiles(maps()) || libcOfReport(report()));
    },
    get glibc() {
      return this.libc === "glibc" ? versionOfFiles(maps()) || glibcOfReport(report()) : undefined;
    },
    get auxv() {
      return once("auxv", () => readAuxv(read("/proc/self/auxv"), arch));
    },
    get pageSize() {
      return this.auxv && this.auxv.get(AT_PAGESZ);
    },
    get cpuWords() {
      return once("cpuWords", () => readCpuWords(cpuinfo(), arch));
    },
    get cpuName() {
      return ((this.cpuWords && /^(?:model name|Processor)\s*:\s*(.+)$/m.exec(cpuinfo())) || [])[1];
    },
    get nodeArm() {
      return (arch === "arm" && config && config.variables && Number(config.variables.arm_version)) || undefined;
    },
  };
}

const RUNTIMES = { bun: "Bun", deno: "Deno", electron: "Electron" };

function runtimeOf(versions) {
  const other = Object.keys(RUNTIMES).find((name) => versions[name]);
  return other ? `${RUNTIMES[other]} ${versions[other]} (as Node ${versions.node})` : `Node ${versions.node}`;
}

// The C library is one of the files that are mapped into the process; ` (deleted)` follows its name if it has been updated since.

function libcOfFiles(maps) {
  if (maps.includes("/libc.so.6") || /\/libc-2\.\d+\.so/.test(maps)) return "glibc";
  return /\/(?:ld-musl-[\w.-]+|libc\.musl-[\w.-]+|libc\.so)(?: \(deleted\))?$/m.test(maps) ? "musl" : undefined;
}

/** glibc before 2.34 has its version in the file's name. */
function versionOfFiles(maps) {
  return (/\/libc-(2\.\d+)\.so(?: \(deleted\))?$/m.exec(maps) || [])[1];
}

function readReport(report) {
  if (!report || typeof report.getReport !== "function") return undefined;
  const before = report.excludeNetwork;
  // Otherwise the report resolves the peer's name of every open socket.
  report.excludeNetwork = true;
  try {
    return report.getReport();
  } catch {
    // Some runtimes have the function, but no report.
    return undefined;
  } finally {
    report.excludeNetwork = before;
  }
}

function glibcOfReport(report) {
  return (report && report.header && report.header.glibcVersionRuntime) || undefined;
}

function libcOfReport(report) {
  if (glibcOfReport(report)) return "glibc";
  return report && report.sharedObjects ? libcOfFiles(report.sharedObjects.join("\n")) : undefined;
}

function readAuxv(bytes, arch) {
  const width = ["arm", "ia32", "mips", "mipsel"].includes(arch) ? 4 : 8;
  if (!bytes || bytes.length < 2 * width) return undefined;
  const entries = new Map();
  for (let at = 0; at + 2 * width <= bytes.length; at += 2 * width) entries.set(bytes.readUInt32LE(at), bytes.readUInt32LE(at + width));
  return entries;
}

/** An emulator may show the host's processors of another architecture, whose line has another name: then the words are unknown. */
function readCpuWords(cpuinfo, arch) {
  const lines = cpuinfo.match(arch.startsWith("arm") ? /^Features\s*:.*$/gm : /^flags\s*:.*$/gm);
  if (!lines) return undefined;
  const [first, ...others] = lines.map((line) => new Set(line.replace(/^.*?:\s*/, "").split(/\s+/)));
  return new Set([...first].filter((word) => others.every((words) => words.has(word))));
}

/** The requirements of a build, in order; a failed check returns the found and the required value. */
const CHECKS = [
  ["ERR_ADDON_LIBC", ({ libc: found }, { libc }) => found && libc && found !== libc && [found, libc]],
  ["ERR_ADDON_NODE", ({ node: found, runtime }, _, { node }) => node && isOlder(found, node) && [runtime, `Node ${node} or newer`]],
  [
    "ERR_ADDON_NODE",
    ({ nodeApi: found, runtime }, { nodeApi, lowestNode }) =>
      found < nodeApi && [`Node-API ${found} (${runtime})`, `Node-API ${nodeApi}: Node ${lowestNode} or newer`],
  ],
  ["ERR_ADDON_CPU", checkCpu],
  [
    "ERR_ADDON_PAGE_SIZE",
    (host, { pageSize }) =>
      pageSize && host.pageSize > pageSize && [`pages of ${host.pageSize / 1024} KiB`, `pages of ${pageSize / 1024} KiB at most`],
  ],
  [
    "ERR_ADDON_GLIBC",
    (host, { glibc }) =>
      glibc &&
      isOlder(OLDEST_GLIBC, glibc) &&
      host.glibc &&
      isOlder(host.glibc, glibc) && [`glibc ${host.glibc}`, `glibc ${glibc} or newer`],
  ],
];

/** An unknown feature counts as missing: a wrong guess would end the process. */
function checkCpu(host, { cpuName, features = {} }) {
  const lacking = Object.keys(features).filter((name) => !hasFeature(host, features[name]));
  if (lacking.length === 0) return undefined;
  const isKnown = host.auxv || host.cpuWords;
  const how = isKnown ? "without" : "for which neither /proc/self/auxv nor /proc/cpuinfo shows";
  return [`${host.cpuName || "a CPU"} ${how} ${lacking.join(", ")}`, `${cpuName || "a CPU"} with ${Object.keys(features).join(", ")}`];
}

function hasFeature({ auxv, cpuWords, nodeArm }, signs) {
  if (auxv && signs.auxv) {
    const value = auxv.get(signs.auxv.entry) || 0;
    return signs.auxv.masks.some((mask) => (value & mask) === mask);
  }
  if (cpuWords) return signs.words.some((all) => all.every((word) => cpuWords.has(word)));
  return nodeArm >= signs.arm;
}

/** Compares versions of up to three numbers. */
function isOlder(one, other) {
  const [left, right] = [one, other].map((version) => version.split(".").map((part) => Number.parseInt(part, 10) || 0));
  const at = [0, 1, 2].find((index) => (left[index] || 0) !== (right[index] || 0));
  return at !== undefined && (left[at] || 0) < (right[at] || 0);
}

function decide(host, table) {
  const builds = [];
  const refusals = [];
  for (const build of table.builds.filter(({ os, cpu }) => os === host.platform && cpu === host.arch)) {
    const refusal = refuse(host, build, table);
    if (refusal) refusals.push(refusal);
    else builds.push(build);
  }
  return { builds, refusals };
}

function refuse(host, build, table) {
  for (const [step, [code, check]] of CHECKS.entries()) {
    const answer = check(host, build, table);
    if (answer) return { step, code, found: answer[0], required: answer[1], build };
  }
  return undefined;
}

/** Files in the package's folder (for its developers), then the packages of the platforms. */
function candidatesOf({ builds, refusals }, { platform, arch }, context) {
  const { table, folder, require, exists } = context;
  const names = builds.map(({ file }) => file);
  // On a system without a published build the addon may have been built locally; this is napi-rs' file name.
  if (names.length + refusals.length === 0) names.push(`${table.binary}.${platform}-${arch}${platform === "win32" ? "-msvc" : ""}.node`);
  const files = names.map((name) => path.resolve(folder, table.root, name)).filter(exists);
  return [
    ...files.map((file) => ({ id: file, open: () => require(file) })),
    ...builds.map((build) => ({ id: build.package, build, open: () => openPackage(build, table, context) })),
  ];
}

function openPackage(build, table, { require, size, system }) {
  const { manifest, version } = findPackage(build, require, system.read);
  if (version !== table.version) throw problem("ERR_ADDON_VERSION", `it has version ${version}`, version, table.version);
  const file = path.join(path.dirname(manifest), build.file);
  const bytes = size(file);
  // Access to the missing part of a mapped file ends the process.
  if (build.bytes && bytes !== undefined && bytes !== build.bytes)
    throw problem("ERR_ADDON_FILE", `it has ${bytes} bytes`, `${bytes} bytes`, `${build.bytes} bytes`);
  return require(file);
}

function findPackage(build, require, read) {
  let cause;
  try {
    const manifest = require.resolve(`${build.package}/package.json`);
    const { version } = JSON.parse(read(manifest));
    // For a package that Yarn leaves out, it writes a package.json without a version.
    if (version) return { manifest, version };
  } catch (error) {
    cause = error;
  }
  throw Object.assign(problem("ERR_ADDON_NOT_INSTALLED", "not installed"), { cause });
}

function requireExports(addon, names) {
  const lacking = names.filter((name) => !(name in addon));
  if (lacking.length === 0) return addon;
  const [found, required] = [Object.keys(addon), names].map((list) => list.join(", ") || "no exports");
  throw problem("ERR_ADDON_EXPORTS", `it does not export ${lacking.join(", ")}`, found, required);
}

function problem(code, message, found, required) {
  return Object.assign(new Error(message), { code, found, required });
}

/** The options of a load, with defaults. */
function contextOf({ table = require("./loader.json"), ...options }) {
  const read = (file) => {
    try {
      return fs.readFileSync(file);
    } catch {
      // Not mounted or not allowed: callers have another source, or treat the fact as unknown.
      return undefined;
    }
  };
  const size = (file) => (fs.existsSync(file) ? fs.statSync(file).size : undefined);
  const own = { system: { process, read }, folder: __dirname, require, exists: fs.existsSync, size, override: process.env[table.variable] };
  return { table, ...own, ...options };
}

function load(names = [], options = {}) {
  const context = contextOf(options);
  const host = readHost(context.system);
  const tried = [];
  const attempt = (candidate) => {
    try {
      return requireExports(candidate.open(), names);
    } catch (error) {
      tried.push({ ...candidate, error });
      return undefined;
    }
  };
  const override = context.override && path.resolve(context.override);
  const decision = override ? { builds: [], refusals: [] } : decide(host, context.table);
  // If the user names a file, nothing else is tried: another addon would be a silent surprise.
  const candidates = override ? [{ id: override, open: () => context.require(override) }] : candidatesOf(decision, host, context);
  for (const candidate of candidates) {
    const addon = attempt(candidate);
    if (addon) return addon;
  }
  throw require("./loader-failure.cjs").failure({ ...context, ...decision, host, tried, override });
}

module.exports = { load, decide, readHost };
