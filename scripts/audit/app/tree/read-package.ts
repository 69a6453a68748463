// Reads a package: its package.json, and the native files below its folder.
import { closeSync, openSync, readSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { z } from "zod";
import { formatOf, type FileFormat } from "../../elf/format.ts";
import type { AppPackage, NativeFile, PackageFields } from "./package.ts";

/** npm itself refuses to publish such a file; a larger one is no package.json. */
const MOST_BYTES = 5_000_000;
/** The most files of one package; the largest on npm have 30,000. */
const MOST_FILES = 200_000;
/** Folders of other packages, and of version control. */
const NOT_ITS_OWN = new Set(["node_modules", ".git"]);
/** Copies that node-gyp leaves beside the addon that it builds. */
const INTERMEDIATE = /(^|\/)build\/(Release|Debug)\/(obj\.target|\.deps)\//;
/** A file with such a name may be a program. Programs have no extension, or the one of a system or of a version. */
const MAY_BE_PROGRAM = /^[^.]+$|\.(bin|exe|elf|out|run)$|[.-]\d+(\.\d+)*$|(linux|arm|gnu|musl|64)[^.]*$/i;
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];

const texts = z.record(z.string(), z.string()).catch({});
const list = z.union([z.array(z.string()), z.string().transform((one) => [one])]).catch([]);
// Fields of a wrong type are ignored, as npm ignores them.
const fields = z.object({
  name: z.string().catch(""),
  version: z.string().catch(""),
  os: list,
  cpu: list,
  libc: list,
  dependencies: texts,
  optionalDependencies: texts,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().catch(false) }).catch({ optional: false })).catch({}),
  scripts: texts,
  bin: z.union([z.string().transform((one) => ({ "": one }) as Record<string, string>), z.record(z.string(), z.string())]).catch({}),
  bugs: z
    .union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)])
    .optional()
    .catch(undefined),
});

/** Reads the fields of a package.json; a file that is none is an error whose message is a sentence about it. */
export async function readFields(path: string): Promise<PackageFields> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`it has ${size} bytes; the most is ${MOST_BYTES}`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new Error(`it is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
  const { scripts, bin, peerDependenciesMeta, bugs, ...rest } = fields.parse(typeof json === "object" && json !== null ? json : {});
  return {
    ...rest,
    // npm copies the optional ones to the dependencies.
    dependencies: Object.fromEntries(Object.entries(rest.dependencies).filter(([name]) => !(name in rest.optionalDependencies))),
    optionalPeers: Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name]?.optional),
    installScript: INSTALL_SCRIPTS.flatMap((name) => scripts[name] ?? []).join(" && "),
    bin: Object.values(bin).map((one) => posix.normalize(one)),
    ...(bugs === undefined ? {} : { bugs }),
  };
}

/** The native files below the folder of a package, sorted. Links are not followed: they may form a loop or lead elsewhere. */
export async function readNativeFiles(
  folder: string,
  bin: string[],
): Promise<Pick<AppPackage, "addons" | "programs" | "libraries" | "hasBindingGyp">> {
  const found: Pick<AppPackage, "addons" | "programs" | "libraries" | "hasBindingGyp"> = {
    addons: [],
    programs: [],
    libraries: [],
    hasBindingGyp: false,
  };
  let files = 0;
  const walk = async (inside: string): Promise<void> => {
    const entries = await readdir(join(folder, inside), { withFileTypes: true });
    // The mark of folders that a tool can make again, such as cargo's target: https://bford.info/cachedir/
    if (entries.some(({ name }) => name === "CACHEDIR.TAG")) return;
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const own = inside === "" ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!NOT_ITS_OWN.has(entry.name)) await walk(own);
        continue;
      }
      if (!entry.isFile()) continue;
      files += 1;
      if (files > MOST_FILES) throw new Error(`it has more than ${MOST_FILES} files`);
      if (own === "binding.gyp") found.hasBindingGyp = true;
      const kind = INTERMEDIATE.test(own) ? undefined : kindOf(own, bin);
      const path = join(folder, own);
      if (kind === undefined) continue;
      const format = readFormat(path);
      if (kind === "programs" && format !== "elf") continue;
      found[kind].push({ path, inside: own, bytes: (await stat(path)).size, format } satisfies NativeFile);
    }
  };
  await walk("");
  return found;
}

/** What the name of a file makes of it; a program must also be an ELF file. */
export function kindOf(inside: string, bin: string[]): "addons" | "programs" | "libraries" | undefined {
  if (inside.endsWith(".node")) return "addons";
  if (/\.so(\.\d\w*)*$/.test(inside)) return "libraries";
  return bin.includes(inside) || MAY_BE_PROGRAM.test(posix.basename(inside)) ? "programs" : undefined;
}

/** What a file is by its first bytes. */
export function readFormat(path: string): FileFormat {
  const start = Buffer.alloc(4);
  const file = openSync(path, "r");
  try {
    readSync(file, start, 0, 4, 0);
  } finally {
    closeSync(file);
  }
  return formatOf(start);
}
