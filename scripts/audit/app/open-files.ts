// The files that an app loads, and the libraries that these bring along.
import { findLibraries, type Linked } from "./closure.ts";
import { definedNames, type Inspected } from "./inspected.ts";
import { inspectFiles, type InspectOptions } from "./inspect-files.ts";
import type { Loaded } from "./subjects.ts";
import type { NativeFile } from "./tree/package.ts";

/** Files that are loaded, as they do not depend on the place. */
export type OpenedFiles = {
  inspected: Map<string, Inspected>;
  /** The libraries that each loaded file brings along, and the undefined symbols of it and of them that these define. */
  brought: Map<string, { libraries: string[]; defined: Set<string> }>;
};

/** Inspects the loaded files, and the libraries that they bring along out of `files`. */
export async function openFiles(
  loads: Pick<Loaded, "addons" | "programs">[],
  files: NativeFile[],
  root: string,
  options: InspectOptions,
): Promise<OpenedFiles> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const entries = [...new Set(loads.flatMap(({ addons, programs }) => [...addons, ...programs]))];
  /** The entries whose search goes on when a library is inspected. */
  const searching = new Map<string, Set<string>>(entries.map(({ path }) => [path, new Set([path])]));
  const libraries = new Map<string, string[]>();
  const inspected = await inspectFiles(
    entries,
    (path, results) => {
      const wanted: NativeFile[] = [];
      for (const entry of searching.get(path) ?? []) {
        const want = (library: string) => {
          const file = byPath.get(library);
          if (!file) return;
          wanted.push(file);
          searching.set(library, (searching.get(library) ?? new Set()).add(entry));
        };
        libraries.set(entry, librariesOf(entry, results, root, want));
      }
      return wanted;
    },
    options,
  );
  return { inspected, brought: await addDefined(libraries, inspected) };
}

/** The libraries of a file; `want` is called for each that is not inspected yet. */
function librariesOf(path: string, inspected: Map<string, Inspected>, root: string, want: (library: string) => void): string[] {
  const arch = inspected.get(path)?.subjects[0]?.facts.arch;
  return findLibraries(path, root, (one): Linked | undefined => {
    const found = inspected.get(one);
    if (!found) want(one);
    const subject = found?.subjects[0];
    // ld.so passes over a file for another architecture.
    return subject && subject.facts.arch === arch
      ? { needed: subject.facts.needed, runpath: subject.runpath, rpath: subject.rpath }
      : undefined;
  });
}

/** Adds the symbols that the libraries define; each library whose names matter is read once. */
async function addDefined(all: Map<string, string[]>, inspected: Map<string, Inspected>): Promise<OpenedFiles["brought"]> {
  const names = new Map<string, Set<string>>();
  const brought: OpenedFiles["brought"] = new Map();
  for (const [path, libraries] of all) {
    const open = new Set([path, ...libraries].flatMap((one) => inspected.get(one)?.subjects[0]?.nodeApi.unknown ?? []));
    const defined = new Set<string>();
    for (const library of open.size === 0 ? [] : libraries) {
      const own = names.get(library) ?? (await definedNames(library));
      names.set(library, own);
      for (const name of open.intersection(own)) defined.add(name);
    }
    brought.set(path, { libraries, defined });
  }
  return brought;
}
