// The default smoke script: loads the addon, which must export something.
const { writeFileSync } = require("node:fs");

const exported = Object.keys(require(process.env.BOARDKIT_ADDON));
const passed = exported.length > 0 ? 1 : 0;
console.log(`${exported.length} exports: ${exported.join(", ")}`);
if (process.env.BOARDKIT_RESULT)
  writeFileSync(process.env.BOARDKIT_RESULT, JSON.stringify({ passed, failed: 1 - passed, node: process.version }));
process.exitCode = passed ? 0 : 1;
