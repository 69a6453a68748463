// Preloaded into each Node on a board: copies /proc/self/status to a file when the process ends.
const { readFileSync, writeFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) process.on("exit", () => writeFileSync(process.env.BOARDKIT_MEMORY, readFileSync("/proc/self/status")));
