// Node's tests of Node-API: the folders with their addons, read from a checkout of nodejs/node, and a work folder in which they run.
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, type ParseError } from "jsonc-parser";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";

const SHIMS = join(import.meta.dirname, "common");

const target = z.object({ target_name: z.string(), sources: z.array(z.string()), defines: z.array(z.string()).default([]) });
const gyp = z.object({ targets: z.array(target) });

type AddonTarget = z.infer<typeof target>;
/** A folder of tests: its addons, and its scripts with their flags. */
export type TestFolder = {
  name: string;
  folder: string;
  checkout: string;
  addons: AddonTarget[];
  tests: { file: string; flags: string[] }[];
};

/** The targets of a binding.gyp: a Python literal, which is JSON with other quotes and comments. */
export function readTargets(text: string, place: string): AddonTarget[] {
  const json = text.replaceAll(/^\s*#.*$/gm, "").replaceAll("'", '"');
  const errors: ParseError[] = [];
  const found = gyp.safeParse(parse(json, errors, { allowTrailingComma: true }));
  if (errors.length === 0 && found.success) return found.data.targets;
  throw new BoardkitError(`${place} has no list of targets with sources`, {
    code: "BAD_DATA",
    place,
    fix: "read it in scripts/checks/node-api/suite.ts",
  });
}

/** The options of Node that the first lines of a test name. */
export function readFlags(text: string): string[] {
  return /^\/\/ Flags: (.*)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
}

/** Copies the suite into a work folder, with our `test/common`, and reads its folders, sorted. */
export async function prepareSuite(checkout: string, suite: string, work: string): Promise<TestFolder[]> {
  const from = join(checkout, "test", suite);
  const entries = await readdir(from, { withFileTypes: true }).catch(() => {
    throw new BoardkitError(`${from} is no folder`, {
      code: "NO_TESTS",
      exit: "usage",
      fix: "--from must name a checkout of nodejs/node with test/js-native-api",
    });
  });
  const to = join(work, "test", suite);
  await mkdir(join(work, "test/common"), { recursive: true });
  for (const name of ["index", "gc", "require-as"]) await cp(join(SHIMS, `${name}.cjs`), join(work, "test/common", `${name}.js`));
  await writeFile(join(work, "test/package.json"), '{ "type": "commonjs" }\n');
  // The other suites include headers of this one.
  for (const name of new Set(["js-native-api", suite]))
    await cp(join(checkout, "test", name), join(work, "test", name), { recursive: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(folders.toSorted().map((name) => readFolder(name, join(to, name), checkout)));
}

async function readFolder(name: string, folder: string, checkout: string): Promise<TestFolder> {
  const files = await readdir(folder);
  const addons = files.includes("binding.gyp")
    ? readTargets(await readFile(join(folder, "binding.gyp"), "utf8"), `${name}/binding.gyp`)
    : [];
  const scripts = files.filter((file) => /^test.*\.js$/.test(file)).toSorted();
  const tests = scripts.map(async (file) => ({ file, flags: readFlags(await readFile(join(folder, file), "utf8")) }));
  return { name, folder, checkout, addons, tests: await Promise.all(tests) };
}
