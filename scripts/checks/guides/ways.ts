// The way to run each command of the guides: the folder, the expected status and output, or the reason to skip it.

/**
 * The folder that a command runs in; `board` is a folder of an emulated board.
 * - `boardkit`: a copy of the checkout, with Grid built for a Filogic router and the profile small.
 * - `my-addon`: another napi-rs project, beside it.
 * - `program`: a program that uses Grid, for this machine; cargo cross-compiles it for boards.
 * - `router`: an installation for the router.
 * - `kitchen`: a program that is deployed to a machine behind ssh, which is `pi@kitchen`, `pi@raspberrypi.local` and `root@192.168.1.1`.
 * - `pi`: an empty folder, beside that machine.
 */
export type Place = "boardkit" | "my-addon" | "program" | "router" | "kitchen" | "pi" | "board";

export type Way =
  | {
      place: Place;
      /** Exit status, if it is not 0. */
      exit?: number;
      /** A pattern that its output must match. */
      shows?: RegExp;
      /** A line for the same shell before the command: it sets up the situation that the page assumes. */
      before?: string;
    }
  | { skip: string };

const GUIDES_ADDON = "../boardkit/dist/aarch64-unknown-linux-musl/grid.linux-arm64-musl.node";
const X_NODE = `cp ${GUIDES_ADDON} x.node`;
const SOURCES = "export PYTHONPATH=../boardkit/bindings/python/python";
const SDIST = "npm run test:deep -- --only sdist builds the sdist and installs it with pip";
const BENCHMARK = "a separate script; a busy machine spoils its figures";

/** The program of docs/deploy.md. */
const HELLO = `cat >server.js <<'END'
require("node:http").createServer((request, response) => response.end("hello\\n")).listen(8080);
END`;

/** By command. A missing command that begins with `npx boardkit` runs in the checkout and must succeed. */
export const ways: Record<string, Way> = {
  // docs/python.md
  "npx boardkit build --binding python --target aarch64-unknown-linux-musl": { place: "boardkit", shows: /musllinux_1_2_aarch64\.whl/ },
  "cargo test --workspace": { skip: "a suite of npm test" },
  "maturin sdist --manifest-path bindings/python/Cargo.toml --out dist": { skip: SDIST },
  "pip install dist/boardkit_grid-0.1.0.tar.gz": { skip: SDIST },
  "npm run test:deep -- --only sdist": { skip: "a separate script" },
  "npm run test:deep -- --only CPython": { skip: "a separate script" },
  "npm run test:deep -- --only wheels": { skip: "a separate script" },

  // docs/crates.md
  "cargo doc --open --no-deps -p grid-opa -p grid-cache": { place: "boardkit", before: "export BROWSER=true", shows: /Opening/ },
  "npm run bench:crates": { skip: BENCHMARK },
  "npm run bench:python": { skip: BENCHMARK },
  'npm run bench:crates -- "lru/get"': { skip: BENCHMARK },
  "npm run bench:engine": { skip: BENCHMARK },
  "npm run limits": { skip: BENCHMARK },
  "npx boardkit compare features": {
    skip: "a build for each feature of each target takes hours; scripts/stages/compare/size.test.ts tests the list of builds",
  },
  "npx boardkit build --dry-run": { place: "boardkit", shows: /target-cpu/ },
  "cargo zigbuild --release --target aarch64-unknown-linux-musl": { place: "program" },

  // docs/cross-compilation.md
  "napi build": { skip: "the page names it as a part of `boardkit build`" },
  "maturin build": { skip: "the page names it as a part of `boardkit build --binding python`" },
  "npx boardkit --cwd ../my-addon smoke --target 'armv7-*'": { place: "boardkit", shows: /smoke [^]*1 export/ },
  "npx boardkit --cwd ../my-wheel build --binding python --target 'armv7-*'": {
    place: "boardkit",
    shows: /manylinux_2_17_armv7l[^]*musllinux_1_2_armv7l/,
  },
  "node -p 'process.arch'": { place: "board", shows: /^arm64$/m },
  "node -p 'process.config.variables.arm_version'": { place: "board", shows: /^undefined$/m },
  "ls /lib/ld-musl-*": { place: "board", shows: /ld-musl-aarch64\.so\.1/ },
  "python3 -c 'import sysconfig; print(sysconfig.get_platform())'": { place: "program", shows: /^linux-/m },
  "npx boardkit audit dist --board pi-zero-w": { place: "my-addon", exit: 1, shows: /cpu\/missing-feature/ },
  "npx boardkit audit dist": { place: "my-addon", shows: /runs on .*pi-2/ },
  "npx boardkit audit some.whl --target armv7-unknown-linux-gnueabihf": {
    place: "my-addon",
    before: "cp ../my-wheel/dist/armv7-unknown-linux-gnueabihf/wheel/*.whl some.whl",
  },
  "npx boardkit audit dist --fail-on warning --json": { place: "my-addon", shows: /"schema": 1/ },

  // docs/troubleshooting.md
  "node -e 'import(\"@boardkit/grid\").then(({ features }) => console.log(features()))'": { place: "board", shows: /\[.*'crypto'.*\]/s },
  "node -p 'process.platform + \" \" + process.arch'": { place: "board", shows: /^linux arm64$/m },
  "ldd --version": { place: "program", shows: /libc/i },
  "grep -E 'Features|flags' /proc/cpuinfo": { place: "board", shows: /asimd/ },
  "getconf PAGESIZE": { place: "program", shows: /^\d+$/m },
  "node -p 'process.version + \" \" + process.versions.napi'": { place: "board", shows: /^v\d+\.\S+ \d+$/m },
  "npm config get omit": { place: "program" },
  "ls node_modules/@boardkit": { place: "program", shows: /^grid$/m },
  "df -h .": { place: "board", shows: /\/tmp$/m },
  "ls -l node_modules/@boardkit/*/*.node": { place: "router", shows: /grid\.linux-arm64-musl\.node/ },
  "npm ls --all": { place: "program", shows: /@boardkit\/grid@/ },
  "rm -rf node_modules": { skip: "npm run test:install runs the loader's fixes, among them this one" },
  "echo $GRID_NATIVE_PATH": { place: "program", before: "export GRID_NATIVE_PATH=/opt/x.node", shows: /^\/opt\/x\.node$/m },
  "node -p 'Object.keys(require(\"./x.node\"))'": {
    place: "program",
    before: "cp node_modules/@boardkit/grid/*.node x.node",
    shows: /'Engine'/,
  },
  // The board has no such mount.
  "grep noexec /proc/mounts": { place: "board", exit: 1 },
  "echo $NODE_OPTIONS": { place: "program", before: "export NODE_OPTIONS=--no-addons", shows: /^--no-addons$/m },
  "npm ls @boardkit/grid": { place: "program", shows: /@boardkit\/grid@/ },
  "npx boardkit audit node_modules --board filogic-256": { place: "router", shows: /grid\.linux-arm64-musl\.node/ },
  "npx boardkit audit x.node --target aarch64-unknown-linux-musl": { place: "boardkit", before: X_NODE },
  "npx boardkit audit x.node --board filogic-256": { place: "boardkit", before: X_NODE },
  "readelf -d x.node": { place: "boardkit", before: X_NODE, shows: /NEEDED.*libc\.so/ },
  "node -p process.arch": { place: "board", shows: /^arm64$/m },
  "readelf -h x.node": { place: "boardkit", before: X_NODE, shows: /AArch64/ },
  "npx boardkit smoke --addon x.node --target aarch64-unknown-linux-musl": { place: "boardkit", before: X_NODE, shows: /passed/ },
  "npx boardkit audit x.node": { place: "boardkit", before: X_NODE, shows: /runs on .*openwrt-filogic/ },
  "npx boardkit audit boardkit_grid-*.whl --board filogic-256": {
    place: "boardkit",
    before: "cp dist/aarch64-unknown-linux-musl/wheel/*.whl .",
  },
  "python3 -W default -c 'import boardkit_grid'": {
    place: "program",
    before: SOURCES,
    shows: /ImportWarning: Grid's extension module could not be loaded/,
  },
  "python3 -c 'import boardkit_grid; print(boardkit_grid.__file__)'": {
    place: "program",
    before: SOURCES,
    shows: /bindings\/python\/python\/boardkit_grid\/__init__\.py/,
  },
  "python3 -m pip debug --verbose": { place: "program", shows: /Compatible tags/ },
  "python3 -m pip install -U pip": { place: "program", shows: /pip/ },
  "npm run build:addon -w bindings/node": { skip: "the first step of npm run test:guides" },
  "maturin develop --release": {
    skip: "npm test builds the wheel with the same flags, and installs it in a Python environment of its own",
  },
  "grep '\"profile\"' dist/*/manifest.json": { place: "boardkit", shows: /"small"/ },
  "npm run bench:cache": { skip: "a separate script, which takes minutes" },
  "grep -E 'RssAnon|RssFile' /proc/self/status": { place: "board", shows: /RssAnon:\s+\d+ kB/ },

  // docs/deploy.md
  "npx boardkit deploy pi@kitchen --dry-run": { place: "kitchen", shows: /release [0-9a-f]{16} for [^]*send +3 files/ },
  "npx boardkit deploy pi@kitchen": { place: "kitchen", shows: /✓ pi@kitchen runs [0-9a-f]{16}: healthy after / },
  "npx boardkit status pi@kitchen": { place: "kitchen", shows: /^✓ pi@kitchen +[0-9a-f]{16} +good/m },
  // It has no end: an interrupt ends it.
  "npx boardkit logs -f pi@kitchen": {
    place: "kitchen",
    before: 'npx() { timeout --signal=INT 10 env npx "$@"; }',
    exit: 124,
    shows: /^soup is served$/m,
  },
  "npx boardkit rollback pi@kitchen": {
    place: "kitchen",
    before: "echo '// changed' >>server.js && npx boardkit deploy pi@kitchen",
    shows: /sent 1 files[^]*✓ pi@kitchen runs [0-9a-f]{16}: healthy after /,
  },
  "npx boardkit discover": {
    skip: "it asks the network of this machine; scripts/checks/e2e/discover.test.ts runs it in a network namespace",
  },
  "npm init --yes": { place: "pi", shows: /"main"/ },
  [HELLO]: { place: "pi" },
  "npm pkg set boardkit.deploy.health.http=:8080/": { place: "pi" },
  "npx boardkit deploy pi@raspberrypi.local --trust": {
    place: "pi",
    before: 'npm pkg set boardkit.deploy.service=runit boardkit.deploy.services="$SERVICES" boardkit.deploy.folder="$APPS/pi"',
    shows: /✓ pi@raspberrypi\.local runs [0-9a-f]{16}: healthy after [^]*the key of pi@raspberrypi\.local is now known: /,
  },
  "npm pkg set boardkit.deploy.memoryMax=96M": { place: "pi" },
  "npx boardkit deploy root@192.168.1.1 --dry-run": { place: "pi", shows: /space +\S+ \S+ needed, \S+ \S+ free/ },
  "npm pkg set boardkit.deploy.runtime=node": { place: "pi" },
  "npm run test:deploy": { skip: "a separate script" },
  "npm pack": { skip: "the page names it for what a release has" },
  "npm install --package-lock-only": { place: "pi", before: "rm -f package-lock.json", shows: /up to date|added/ },

  // docs/embedded.md
  "npx boardkit board filogic-256 --memory 128 --profile small --script service.mjs": { place: "boardkit", shows: /4 passed/ },
  "npx boardkit board filogic-256 --find-min": { place: "boardkit", shows: /filogic-256 with \d+ MiB: passed/ },
  "GRID_PROFILE=small node --max-old-space-size=48 --max-semi-space-size=1 server.js": {
    place: "board",
    shows: /^true, at most \d\d MiB of heap, 1048576 bytes of cache$/m,
  },
  "npm run boards:hostile": { skip: "a separate script; service.mjs is the same script on the same board" },
  "echo y >/sys/kernel/mm/lru_gen/enabled": { place: "board" },
  "echo 100 >/sys/kernel/mm/lru_gen/min_ttl_ms": { place: "board" },
  "#!/bin/sh /etc/rc.common": { skip: "OpenWrt's procd runs it, and the emulated board has no procd" },
  "npm install": { skip: "npm run test:install" },
  "uname -m": { place: "board", shows: /^aarch64$/m },
  "grep -E 'MemTotal|MemAvailable|SwapTotal' /proc/meminfo": { place: "board", shows: /MemTotal:[^]*MemAvailable:[^]*SwapTotal:/ },
  "df -h": { place: "board", shows: /\/tmp$/m },
  "node -e 'import(\"@boardkit/grid\").then(({ Cache, features }) => console.log(new Cache().kind, features()))'": {
    place: "board",
    shows: /^native \[/m,
  },
  "grep -E 'RssAnon|VmHWM' /proc/$(pidof node)/status": { place: "board", shows: /VmHWM:\s+\d+ kB/ },
  // No process was killed, so grep finds no line.
  "dmesg | grep -i 'out of memory'": { place: "board", exit: 1 },
};
