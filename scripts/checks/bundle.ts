// dist/boardkit: the npm package of the CLI, as compiled JavaScript with the data that it reads.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { packageRoot, walkFiles } from "../lib/paths.ts";
import { COMPILED_REGISTRY, compileRegistry } from "../model/compiled-registry.ts";
import { runOrFail } from "../tools/exec.ts";
import { readPackageJson } from "../model/project.ts";
import { loadRegistry } from "../model/read-registry.ts";

/** Entries of the bundle: the CLI, the library, and the threads of the audit. */
const ENTRIES = {
  cli: "scripts/cli.ts",
  index: "scripts/index.ts",
  "audit-worker": "scripts/audit/audit-worker.ts",
  "inspect-worker": "scripts/audit/app/inspect-worker.ts",
};
/** Files and folders of the repo that the CLI reads at run time. */
const DATA = ["LICENSE", "README.md", "docker", "scripts/target-side"];
const TESTS = /\.test\.ts$|\/fixtures$|\/hosts\.yaml$|\/\.clang-format$|\.ts$/;
/** Fields of package.json that only development needs. */
const OWN_FIELDS = new Set([
  "private",
  "workspaces",
  "scripts",
  "devDependencies",
  "optionalDependencies",
  "overrides",
  "boardkit",
  "files",
]);

/** The modules that a program may import. */
const EXPORTS = { ".": { types: "./types/index.d.ts", default: "./lib/index.js" }, "./package.json": "./package.json" };

/** Removes white space and keeps names, so that stack traces stay readable. */
const MINIFY = { compress: false, mangle: false, codegen: { removeWhitespace: true } };

/** Writes the package; returns its folder. */
export async function bundlePackage(): Promise<string> {
  const folder = join(packageRoot, "dist/boardkit");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const packageJson = readPackageJson(packageRoot);
  const dependencies = Object.keys(packageJson.dependencies ?? {});
  const bundle = await rolldown({
    cwd: packageRoot,
    input: ENTRIES,
    platform: "node",
    // The loader of packages reads its own table. The CLI never does.
    external: (id) =>
      id === "./loader.json" || id.startsWith("node:") || dependencies.some((name) => id === name || id.startsWith(`${name}/`)),
  });
  await bundle.write({ dir: join(folder, "lib"), format: "esm", chunkFileNames: "[name]-[hash].js", comments: false, minify: MINIFY });
  await bundle.close();
  for (const name of DATA)
    await cp(join(packageRoot, name), join(folder, name), { recursive: true, filter: (source) => !TESTS.test(source) });
  await writeFile(join(folder, COMPILED_REGISTRY), compileRegistry(loadRegistry()));
  await emitTypes(folder);
  const published = Object.fromEntries(Object.entries(packageJson).filter(([key]) => !OWN_FIELDS.has(key)));
  const manifest = { ...published, bin: { boardkit: "lib/cli.js" }, exports: EXPORTS };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

async function emitTypes(folder: string): Promise<void> {
  const config = join(folder, "tsconfig.json");
  const options = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: "../../scripts", outDir: "types" };
  const settings = { extends: "../../tsconfig.json", compilerOptions: options, include: [], files: ["../../scripts/index.ts"] };
  await writeFile(config, JSON.stringify(settings));
  await runOrFail({ argv: [join(packageRoot, "node_modules/.bin/tsc"), "--project", config] }, "TYPES_FAILED");
  await rm(config);
  const types = join(folder, "types");
  const needed = await reachable(join(types, "index.d.ts"));
  for (const path of await walkFiles(types)) if (!needed.has(path)) await rm(path);
}

/** A file of types and all its direct and indirect imports. */
async function reachable(path: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(path)) return found;
  found.add(path);
  const imports = (await readFile(path, "utf8")).matchAll(/from "(\.[^"]+)\.ts"/g);
  for (const [, name = ""] of imports) await reachable(`${join(dirname(path), name)}.d.ts`, found);
  return found;
}
