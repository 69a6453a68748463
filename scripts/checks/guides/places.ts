// The folders that the commands of the guides run in, side by side in the cache: the files of a reader at the start of a page. Build
// outputs stay for the next run; cargo and Boardkit rebuild outdated ones.
import { cp, mkdir, readdir, readFile, rm, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { packageRoot } from "../../lib/paths.ts";
import type { Context } from "../../stages/context.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { runOrFail } from "../../tools/exec.ts";
import { makeVenv } from "../../tools/packages/pip.ts";
import { zigCaches } from "../../tools/compilers/zig.ts";
import { blocksOf } from "../docs/pages.ts";
import { SUM_ADDON, SUM_DEPENDENCIES, writeFiles, writeProject } from "../fixtures/small-project.ts";
import type { Place } from "./ways.ts";
import { zigPaths } from "../../tools/store/zig-paths.ts";

export type Places = {
  folders: Record<Exclude<Place, "board">, string>;
  /** The environment of the commands. */
  env: Record<string, string | undefined>;
};

const ROUTER = "aarch64-unknown-linux-musl";
const KEPT = new Set(["dist", "target"]);
const hostile = join(packageRoot, "bindings/node/hostile.mjs");

/** A wheel with one function: the name of the package is the module's. */
const WHEEL = {
  "package.json": JSON.stringify({ name: "sum", version: "0.0.1", napi: { binaryName: "sum" }, boardkit: { python: "." } }),
  "pyproject.toml": `[build-system]
requires = ["maturin>=1.9,<2"]
build-backend = "maturin"

[project]
name = "foreign"
version = "0.0.1"
requires-python = ">=3.9"
`,
  "src/lib.rs": "#[pyo3::pymodule]\nmod foreign {\n    #[pyo3::pyfunction]\n    fn sum(a: i32, b: i32) -> i32 {\n        a + b\n    }\n}\n",
};
const WHEEL_DEPENDENCIES = '[dependencies]\npyo3 = { version = "0.30", features = ["abi3-py39"] }\n';

/** Writes all folders; builds nothing. */
export async function makePlaces(context: Context, searchPath: string): Promise<Places> {
  const { cache, registry, signal } = context;
  const root = join(cache, "guides");
  const folder = (name: string) => join(root, name);
  const folders = {
    boardkit: folder("boardkit"),
    "my-addon": folder("my-addon"),
    program: folder("program"),
    router: folder("router"),
    kitchen: folder("kitchen"),
    pi: folder("pi"),
  };
  await mkdir(root, { recursive: true });
  for (const place of [...Object.values(folders), folder("my-wheel")]) await empty(place);
  await copyCheckout(folders.boardkit, signal);
  writeProject(folders["my-addon"], SUM_ADDON, SUM_DEPENDENCIES);
  writeProject(folder("my-wheel"), WHEEL, WHEEL_DEPENDENCIES);
  await makeProgram(folders.program);
  for (const place of [folders["my-addon"], folders.router, folders.kitchen, folders.pi])
    await link("scripts/boardkit.mjs", join(place, "node_modules/.bin/boardkit"));

  await fetchItems(["zig", "cargo-zigbuild"], context);
  const zig = zigPaths(cache, registry);
  const python = await makeVenv(folder("python"), signal);
  const env = {
    // The dependencies are already installed.
    BOARDKIT_SKIP_INSTALL: "1",
    PATH: [dirname(process.execPath), dirname(python), dirname(zig.zigbuild), searchPath].join(delimiter),
    ...zigCaches(zig),
    ...Object.fromEntries(["GRID_NATIVE_PATH", "GRID_PROFILE", "NODE_OPTIONS", "RUST_BACKTRACE"].map((name) => [name, undefined])),
  };
  return { folders, env };
}

/** Builds Grid for the router, as the pages assume, and installs it in the router's folder. */
export async function buildGrid({ folders, env }: Places, { reporter, signal, cache }: Context): Promise<void> {
  reporter.note("building Grid for a Filogic router, as the pages assume");
  const argv = ["npx", "boardkit", "build", "--profile", "small", "--target", ROUTER];
  await runOrFail({ argv, cwd: folders.boardkit, env, signal, log: join(cache, "guides/build.log") }, "BUILD_FAILED");
  const installed = join(folders.router, "node_modules/@boardkit/grid-linux-arm64-musl");
  const built = join(folders.boardkit, "dist", ROUTER);
  await cp(built, installed, { recursive: true, filter: (path) => path === built || path.endsWith(".node") });
}

async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (!KEPT.has(name)) await rm(join(folder, name), { recursive: true });
}

/** Copies the files that git tracks or would track, and writes the script that docs/embedded.md runs on a board. */
async function copyCheckout(folder: string, signal: AbortSignal): Promise<void> {
  const argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await runOrFail({ argv, cwd: packageRoot, signal }, "LIST_FAILED");
  for (const path of stdout.split("\0").filter(Boolean))
    await cp(join(packageRoot, path), join(folder, path), { preserveTimestamps: true });
  await link("node_modules", join(folder, "node_modules"));
  // Relative imports start at the script's folder.
  const service = (await readFile(hostile, "utf8")).replaceAll("./lib/", "./bindings/node/lib/");
  writeFiles(folder, { "service.mjs": service });
}

/** A program that uses Grid: in Node with the package as npm installs it, in Rust with the dependencies and examples of docs/crates.md. */
async function makeProgram(folder: string): Promise<void> {
  const page = await readFile(join(packageRoot, "docs/crates.md"), "utf8");
  const [dependencies = ""] = blocksOf(page, "toml");
  const [decide = "", sharedCache = ""] = blocksOf(page, "rust");
  writeFiles(folder, {
    "package.json": JSON.stringify({ name: "program", private: true, dependencies: { "@boardkit/grid": "*" } }),
    "Cargo.toml": `[package]\nname = "program"\nversion = "0.0.1"\nedition = "2024"\n\n${dependencies.replaceAll(
      /^(\S+) = \{ git = "[^"]*"/gm,
      '$1 = { path = "../boardkit/crates/$1"',
    )}`,
    "src/main.rs": decide,
    "src/bin/shared_cache.rs": sharedCache,
  });
  await link("bindings/node", join(folder, "node_modules/@boardkit/grid"));
}

/** A link to a part of this checkout. */
async function link(path: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await symlink(join(packageRoot, path), place);
}
