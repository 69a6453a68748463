// Runs the guides' commands for a board on an emulated board, in a folder that has @boardkit/grid. board.ts replaces COMMANDS; the results
// go to BOARDKIT_RESULT.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";

const { BOARDKIT_ADDON, BOARDKIT_RESULT } = process.env;
const BUSYBOX = "/tmp/busybox";
const bin = "/tmp/bin";
const folder = "/tmp/program";

// Busybox is in the root of the board's init, not on Node's disk.
copyFileSync("/proc/1/root/bin/busybox", BUSYBOX);
mkdirSync(bin);
spawnSync(BUSYBOX, ["--install", "-s", bin]);

mkdirSync(`${folder}/node_modules/@boardkit`, { recursive: true });
symlinkSync("/job/project/bindings/node", `${folder}/node_modules/@boardkit/grid`);
writeFileSync(
  `${folder}/server.js`,
  `import("@boardkit/grid").then(({ Cache, Engine }) => {
  const engine = new Engine();
  engine.loadPolicy("authz.rego", 'package authz\\nallow if input.user == "ann"');
  const answer = engine.evaluate("data.authz.allow", { user: "ann" });
  const heap = require("node:v8").getHeapStatistics().heap_size_limit >> 20;
  console.log(\`\${answer}, at most \${heap} MiB of heap, \${new Cache().stats().maxBytes} bytes of cache\`);
});
`,
);

const env = { ...process.env, PATH: `${bin}:/bin`, GRID_NATIVE_PATH: BOARDKIT_ADDON };
const ends = COMMANDS.map((command) => {
  const { status, signal, stdout, stderr } = spawnSync(BUSYBOX, ["sh", "-c", command], { cwd: folder, env, encoding: "utf8" });
  return { command, exitCode: status ?? undefined, endedBy: signal ?? undefined, output: `${stdout}${stderr}` };
});
writeFileSync(BOARDKIT_RESULT, JSON.stringify({ passed: ends.length, failed: 0, ends }));
