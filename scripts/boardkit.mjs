#!/usr/bin/env node
// Starts the CLI: plain JavaScript that any Node >= 20 runs, since dev-cli.ts needs a Node that runs TypeScript.
// In a checkout it installs the npm dependencies first when the lockfile changed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_FOR_TYPESCRIPT = 24;

/** Installs the npm dependencies of a checkout unless the installed ones belong to this very lockfile. */
function installDependencies() {
  const lockfile = join(root, "package-lock.json");
  if (!existsSync(lockfile)) return; // installed as a package: npm has seen to it
  const stamp = join(root, "node_modules", ".boardkit-lock");
  const wanted = createHash("sha256").update(readFileSync(lockfile)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const started = Date.now();
  process.stderr.write("  npm ci: the dependencies of package-lock.json\n");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (npm.error || npm.status !== 0) {
    process.stderr.write(
      `✗ npm ci failed in ${root}: ${npm.error?.message ?? `exit ${npm.status}`}\n  fix: read npm's text above; npm must be on the PATH and reach its registry\n`,
    );
    process.exit(npm.error ? 4 : 1);
  }
  writeFileSync(stamp, wanted);
  process.stderr.write(`✓ npm ci ${((Date.now() - started) / 1000).toFixed(1)}s\n`);
}

/** A Node that runs TypeScript: this one, or the one that the dependencies bring for this machine. */
function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_FOR_TYPESCRIPT) return process.execPath;
  for (const folder of [join(root, "node_modules"), dirname(root)]) {
    const node = join(folder, `node-linux-${process.arch}`, "bin", "node");
    if (existsSync(node)) return node;
  }
  process.stderr.write(
    `✗ Node ${process.version} cannot run Boardkit and no newer one came with the dependencies for ${process.platform}-${process.arch}\n  fix: install Node ${OLDEST_FOR_TYPESCRIPT} or newer, or run npm ci without --omit=optional\n`,
  );
  process.exit(4);
}

/** What Node needs to run TypeScript where it is installed as a package. */
const flags = root.includes("/node_modules/")
  ? ["--disable-warning=ExperimentalWarning", "--import", pathToFileURL(join(root, "scripts", "strip-types.mjs")).href]
  : [];

// The audit frees large buffers in many threads, and glibc would keep them: its bound on what goes back at once grows with what was freed.
const env = process.argv.includes("audit") ? { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "262144", ...process.env } : process.env;

if (!process.env.BOARDKIT_SKIP_INSTALL) installDependencies();
const child = spawn(findNode(), [...flags, join(root, "scripts", "dev-cli.ts"), ...process.argv.slice(2)], { stdio: "inherit", env });
// The child decides what an interrupt means and when it is done; this process only passes it on and waits.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`✗ ${error.message}\n`);
  process.exit(4);
});
child.on("exit", (code, signal) => {
  if (signal) process.stderr.write(`✗ the CLI was ended by ${signal}\n`);
  process.exit(code ?? 1);
});
