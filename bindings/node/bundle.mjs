// Writes the package's code into lib/: one file, and one for the thread that sends HTTP requests, since each file of an ES module takes half a millisecond to load, and CommonJS, which every
// Node both requires and imports.
import { writeFileSync } from "node:fs";
import { rolldown } from "rolldown";

for (const [input, file] of [
  ["ts/index.ts", "lib/index.js"],
  ["ts/http/worker.ts", "lib/http-worker.js"],
]) {
  const bundle = await rolldown({ input, platform: "node" });
  await bundle.write({ file, format: "cjs" });
}
writeFileSync("lib/package.json", '{ "type": "commonjs" }\n');
