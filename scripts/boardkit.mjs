#!/usr/bin/env node
// Starts the CLI in a checkout: plain JavaScript that any Node >= 20 runs, since dev-cli.ts needs a Node that runs TypeScript. It installs
// the npm dependencies first if the lockfile has changed. The npm package starts lib/cli.js instead.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_FOR_TYPESCRIPT = 24;

/** Installs the npm dependencies unless the installed ones are those of this lockfile. */
function installDependencies() {
  const stamp = join(root, "node_modules", ".boardkit-lock");
  const lockHash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash) return;
  const started = Date.now();
  process.stderr.write("  npm ci: the dependencies of package-lock.json\n");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (npm.error || npm.status !== 0) {
    process.stderr.write(
      `✗ npm ci failed in ${root}: ${npm.error?.message ?? `exit ${npm.status}`}\n  fix: read npm's output above; npm must be on the PATH and reach its registry\n`,
    );
    process.exit(npm.error ? 4 : 1);
  }
  writeFileSync(stamp, lockHash);
  process.stderr.write(`✓ npm ci ${((Date.now() - started) / 1000).toFixed(1)}s\n`);
}

/** A Node that runs TypeScript: this one, or the one among the dependencies. */
function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_FOR_TYPESCRIPT) return process.execPath;
  const node = join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node");
  if (existsSync(node)) return node;
  process.stderr.write(
    `✗ Node ${process.version} cannot run Boardkit from source, and the dependencies include no newer one for ${process.platform}-${process.arch}\n  fix: install Node ${OLDEST_FOR_TYPESCRIPT} or newer, or run npm ci without --omit=optional\n`,
  );
  process.exit(4);
}

if (!process.env.BOARDKIT_SKIP_INSTALL) installDependencies();
const child = spawn(findNode(), [join(root, "scripts", "dev-cli.ts"), ...process.argv.slice(2)], { stdio: "inherit" });
// The child decides what an interrupt means; this process only passes it on and waits.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`✗ ${error.message}\n`);
  process.exit(4);
});
child.on("exit", (code, signal) => {
  if (signal) process.stderr.write(`✗ ${signal} ended the CLI\n`);
  process.exit(code ?? 1);
});
