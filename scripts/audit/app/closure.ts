// The libraries that a file brings along: NEEDED through DT_RPATH, DT_RUNPATH and $ORIGIN, as ld.so searches them, inside the folder of
// the app. What is not found there is left to the system.
import { existsSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

/** What the search reads of a file. */
export type Linked = { needed: string[]; runpath: string | undefined; rpath: string | undefined };

/** Reads what the search needs of a file; undefined for one that is no ELF file of the same architecture. */
type Read = (path: string) => Linked | undefined;

/** The libraries of the app in `root` that a file of it loads, in the order of their load. */
export function findLibraries(path: string, root: string, read: Read): string[] {
  const libraries: string[] = [];
  /** Names that were found; ld.so looks for each once. */
  const loaded = new Set<string>();
  // ld.so loads in breadth-first order; RPATH holds for the files that a file brings along too, unless these have a RUNPATH.
  const queue: { path: string; inherited: string[] }[] = [{ path, inherited: [] }];
  for (let item = queue.shift(); item; item = queue.shift()) {
    const linked = read(item.path);
    if (!linked) continue;
    const expand = (list: string | undefined) => expandPaths(list, dirname(item.path));
    const inherited = [...(linked.runpath === undefined ? expand(linked.rpath) : []), ...item.inherited];
    const search = linked.runpath === undefined ? inherited : expand(linked.runpath);
    for (const name of linked.needed) {
      if (loaded.has(name)) continue;
      const found = name.includes("/") ? undefined : findIn(search, name, root, read);
      if (found === undefined) continue;
      loaded.add(name);
      libraries.push(found);
      queue.push({ path: found, inherited });
    }
  }
  return libraries;
}

/** The folders of a search path that begin with $ORIGIN; others are folders of the build machine or of the system. */
function expandPaths(list: string | undefined, origin: string): string[] {
  return (list ?? "")
    .split(":")
    .filter((path) => /^\$\{?ORIGIN\}?(\/|$)/.test(path))
    .map((path) => join(origin, path.replace(/^\$\{?ORIGIN\}?/, "")));
}

function findIn(folders: string[], name: string, root: string, read: Read): string | undefined {
  for (const folder of folders) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const real = realpathSync(path);
    // A file of another architecture is passed over.
    if (isInside(real, root) && read(real)) return real;
  }
  return undefined;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
