// Preloaded into each Node or host on a board: copies /proc/self/status to a file when the process ends.
const { readFileSync, writeFileSync } = require("node:fs");
const { isBuiltin } = require("node:module");

// The host has no threads.
const isMainThread = !isBuiltin("node:worker_threads") || require("node:worker_threads").isMainThread;
if (isMainThread) process.on("exit", () => writeFileSync(process.env.BOARDKIT_MEMORY, readFileSync("/proc/self/status")));
