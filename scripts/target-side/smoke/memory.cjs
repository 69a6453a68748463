// Preloaded into each Node on a board: leaves what the kernel says of the process when it ends.
const { readFileSync, writeFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) process.on("exit", () => writeFileSync(process.env.BOARDKIT_MEMORY, readFileSync("/proc/self/status")));
