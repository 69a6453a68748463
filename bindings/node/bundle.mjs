// Writes the package's code into lib/: one file, since each file of an ES module takes half a millisecond to load, and CommonJS, which every
// Node both requires and imports.
import { writeFileSync } from "node:fs";
import { rolldown } from "rolldown";

const bundle = await rolldown({ input: "ts/index.ts", platform: "node" });
await bundle.write({ file: "lib/index.js", format: "cjs" });
writeFileSync("lib/package.json", '{ "type": "commonjs" }\n');
