// What Node's tests of Node-API use of `test/common/require-as`: runs a file in a new process, or there in a worker.
"use strict";
const { spawnSync } = require("child_process");

if (require.main === module) {
  const [role, file] = process.argv.slice(2);
  // A worker has no arguments.
  if (role === undefined) require(require("worker_threads").workerData);
  else if (role === "worker") new (require("worker_threads").Worker)(__filename, { workerData: file });
  else require(file);
}

module.exports = (file, flags, options, role) => spawnSync(process.execPath, [...flags, __filename, role, file], options);
