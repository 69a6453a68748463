// dist/boardkit: the npm package of the CLI, as compiled JavaScript with the data that it reads.
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { packageRoot } from "../lib/paths.ts";
import { COMPILED_REGISTRY, compileRegistry } from "../model/compiled-registry.ts";
import { readPackageJson } from "../model/project.ts";
import { loadRegistry } from "../model/read-registry.ts";

/** Entries of the bundle: the CLI, and the thread of the audit. */
const ENTRIES = { cli: "scripts/cli.ts", "audit-worker": "scripts/audit/audit-worker.ts" };
/** Files and folders of the repo that the CLI reads at run time. */
const DATA = ["LICENSE", "README.md", "docker", "scripts/target-side"];
const TESTS = /\.test\.ts$|\/fixtures$|\/hosts\.yaml$|\/\.clang-format$|\.ts$/;
/** Fields of package.json that only development needs. */
const OWN_FIELDS = ["private", "workspaces", "scripts", "devDependencies", "optionalDependencies", "overrides", "boardkit", "files"];

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
  const published = Object.fromEntries(Object.entries(packageJson).filter(([key]) => !OWN_FIELDS.includes(key)));
  const manifest = { ...published, bin: { boardkit: "lib/cli.js" } };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}
