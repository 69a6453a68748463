// Functions and classes of Node's modules that the host has not: a call is an error that names them. Those of the newest Nodes only are
// left out, since scripts ask for them before they use them.
const NAMES = {
  assert: "Assert CallTracker partialDeepStrictEqual",
  buffer: "Blob File isAscii resolveObjectURL transcode",
  child_process: "ChildProcess exec fork",
  console: "Console",
  events: "EventEmitterAsyncResource addAbortListener getEventListeners on",
  fs:
    "ReadStream WriteStream chown chownSync cp cpSync createReadStream createWriteStream fchmod fchmodSync fchown fchownSync fdatasync " +
    "fdatasyncSync fstat fstatSync fsync fsyncSync ftruncate ftruncateSync futimes futimesSync glob globSync lchown lchownSync link " +
    "linkSync lutimes lutimesSync openAsBlob opendir opendirSync readv readvSync statfs statfsSync truncate truncateSync unwatchFile " +
    "utimes utimesSync watch watchFile writev writevSync",
  "fs/promises": "chown cp glob lchown link lutimes opendir statfs truncate utimes watch",
  module: "findSourceMap register",
  os: "getPriority networkInterfaces setPriority userInfo",
  perf_hooks: "PerformanceObserver createHistogram eventLoopUtilization monitorEventLoopDelay timerify",
  "timers/promises": "setInterval",
  url: "URLPattern domainToASCII domainToUnicode format parse resolve urlToHttpOptions",
  util: "MIMEParams MIMEType aborted getCallSites getSystemErrorMap getSystemErrorName parseArgs parseEnv styleText",
};

/** Adds the functions that a module lacks to its exports. */
exports.addTo = (name, module) => {
  for (const key of NAMES[name]?.split(" ") ?? []) {
    if (Object.hasOwn(module, key)) continue;
    module[key] = function () {
      throw require("./module.cjs").lacks(`${name}.${key}`);
    };
  }
};
