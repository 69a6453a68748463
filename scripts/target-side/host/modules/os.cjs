// node:os, read from /proc.
const fs = require("./fs.cjs");
const { process } = require("./process.cjs");

const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(fs.readFileSync("/proc/meminfo", "utf8"))?.[1] ?? 0) * 1024;
const kernel = (name) => fs.readFileSync(`/proc/sys/kernel/${name}`, "utf8").trim();

/** One entry for each processor. */
exports.cpus = () => {
  const count = fs.readFileSync("/proc/cpuinfo", "utf8").match(/^processor\s*:/gm)?.length ?? 1;
  return Array.from({ length: count }, () => ({ model: "unknown", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }));
};
exports.EOL = "\n";
exports.arch = () => process.arch;
exports.platform = () => process.platform;
exports.type = () => "Linux";
exports.release = () => kernel("osrelease");
exports.version = () => kernel("version");
exports.hostname = () => kernel("hostname");
exports.machine = () => ({ arm: "armv7l", arm64: "aarch64", x64: "x86_64" })[process.arch] ?? process.arch;
exports.endianness = () => (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "LE" : "BE");
exports.totalmem = () => field("MemTotal");
exports.freemem = () => field("MemAvailable");
exports.uptime = () => Number(fs.readFileSync("/proc/uptime", "utf8").split(" ")[0]);
exports.loadavg = () => fs.readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).map(Number);
exports.tmpdir = () => (process.env.TMPDIR ?? "/tmp").replace(/(?<=.)\/$/, "");
exports.homedir = () => process.env.HOME ?? "/";
exports.availableParallelism = () => exports.cpus().length;
exports.constants = { signals: {}, errno: {} };
