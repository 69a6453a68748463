// The search of libraries finds what this machine's ld.so finds, for shared objects that zig compiles.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { compileShared } from "../../checks/fixtures/fixture.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { findLibraries } from "./closure.ts";
import { inspectBytes } from "./inspected.ts";

const LOADER = "/lib64/ld-linux-x86-64.so.2";
const HOST = "x86_64-linux-gnu.2.17";
const skipped = existsSync(LOADER) ? undefined : `this machine has no ${LOADER}`;
if (skipped !== undefined) console.log(`skipped: libraries as ld.so finds them: ${skipped}`);

type Recipe = { needs?: Recipe[]; name: string; target?: string; flags?: string[] };
const far: Recipe = { name: "libfar.so" };
const near: Recipe = { name: "libnear.so", needs: [far] };
const recipes = {
  far,
  near,
  farArm64: { ...far, target: "aarch64-linux-gnu.2.17" },
  nearRunpath: { ...near, flags: ["-Wl,-rpath,$ORIGIN/nothing"] },
  runpath: { name: "a.node", needs: [near], flags: ["-Wl,-rpath,$ORIGIN/lib"] },
  braces: { name: "a.node", needs: [near, far], flags: ["-Wl,-rpath,/nothing:${ORIGIN}/other:$ORIGIN/lib"] },
  rpath: { name: "a.node", needs: [near], flags: ["-Wl,-rpath,$ORIGIN/lib", "-Wl,--disable-new-dtags"] },
} satisfies Record<string, Recipe>;

function build({ name, needs = [], target = HOST, flags = [] }: Recipe): string {
  const libraries = needs.map((need) => build({ ...need, target }));
  return compileShared(
    "int f(void) { return 1; }",
    target,
    [`-Wl,-soname,${name}`, ...flags, "-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined", ...libraries],
    name,
  );
}

describe.skipIf(skipped !== undefined)("libraries as ld.so finds them", () => {
  test.each<[string, Record<string, keyof typeof recipes>]>([
    ["RUNPATH holds for one file, not for what that brings", { "a.node": "runpath", "lib/libnear.so": "near", "lib/libfar.so": "far" }],
    ["RPATH holds for all", { "a.node": "rpath", "lib/libnear.so": "near", "lib/libfar.so": "far" }],
    ["a RUNPATH takes the place of RPATH", { "a.node": "rpath", "lib/libnear.so": "nearRunpath", "lib/libfar.so": "far" }],
    [
      "braces; a file of another architecture is passed over",
      { "a.node": "braces", "other/libfar.so": "farArm64", "lib/libnear.so": "near", "lib/libfar.so": "far" },
    ],
    ["nothing is there", { "a.node": "runpath" }],
  ])("%s", async (_name, files) => {
    const root = realpathSync(temporaryFolder());
    const linked = new Map<string, Awaited<ReturnType<typeof readLinked>>>();
    for (const [path, id] of Object.entries(files)) {
      const own = join(root, path);
      mkdirSync(dirname(own), { recursive: true });
      copyFileSync(build(recipes[id]), own);
      linked.set(own, await readLinked(own));
    }
    const libraries = findLibraries(join(root, "a.node"), root, (path) => linked.get(path));
    expect(libraries.map((path) => relative(root, path)).toSorted()).toEqual(listedByLoader(root));
  });
});

async function readLinked(path: string) {
  const [subject] = (await inspectBytes(path, readFileSync(path))).subjects;
  return subject?.facts.arch === "x86_64" ? { needed: subject.facts.needed, runpath: subject.runpath, rpath: subject.rpath } : undefined;
}

/** The libraries in the folder that ld.so would load with a.node. */
function listedByLoader(root: string): string[] {
  const env = { LD_TRACE_LOADED_OBJECTS: "1" };
  const text = execFileSync(LOADER, [join(root, "a.node")], { env, encoding: "utf8" });
  const found = [...text.matchAll(/=> (\/\S+)/g)].map(([, path]) => relative(root, realpathSync(path!)));
  return found.filter((path) => !path.startsWith("..")).toSorted();
}
