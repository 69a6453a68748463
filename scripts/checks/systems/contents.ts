// Debian's Contents: which package has which file -> the libraries of each package, by soname.

/** A shared library in a folder that ld.so searches: `usr/lib/aarch64-linux-gnu/libusb-1.0.so.0  libs/libusb-1.0-0`. */
const LIBRARY = /^(?:usr\/)?lib\/(?:[a-z0-9_]+-linux-gnu\w*\/)?(lib[^/\s]*)\.so\.(\d[\d.]*)\s+(\S+)$/;

/** Others with libraries are programs, whose libraries are their parts, or are for the development. */
const isOfLibraries = (section: string | undefined, name: string) =>
  (section === "libs" || name.startsWith("lib")) && !/-(dev|dbg)$/.test(name);

/** Sonames by package. */
export type Contents = Map<string, Set<string>>;

/** Reads the lines of a file; `wanted` are packages whose libraries count in every section. */
export async function readContents(lines: AsyncIterable<string>, wanted: ReadonlySet<string> = new Set()): Promise<Contents> {
  const versions = new Map<string, Map<string, string[]>>();
  for await (const line of lines) {
    const [, stem, version, holders] = LIBRARY.exec(line) ?? [];
    if (stem === undefined || version === undefined || holders === undefined) continue;
    for (const holder of holders.split(",")) {
      const parts = holder.split("/");
      const name = parts.at(-1) ?? "";
      if (!isOfLibraries(parts.at(-2), name) && !wanted.has(name)) continue;
      const stems = versions.get(name) ?? new Map<string, string[]>();
      stems.set(stem, [...(stems.get(stem) ?? []), version]);
      versions.set(name, stems);
    }
  }
  return new Map([...versions].map(([name, stems]) => [name, new Set([...stems].flatMap(([stem, all]) => sonamesOf(stem, all)))]));
}

/**
 * `libz.so.1` is the soname of the file `libz.so.1.2.13` beside it; without a shorter name a file has its own as soname. Some, such as
 * `libbz2.so.1.0` and `libpython3.11.so.1.0`, have the longer one.
 */
function sonamesOf(stem: string, versions: string[]): string[] {
  const isSoname = (version: string) => /^\d+\.0$/.test(version) || !versions.some((other) => version.startsWith(`${other}.`));
  return versions.filter(isSoname).map((version) => `${stem}.so.${version}`);
}

/** One package for each soname: of those that conflict the one with the shortest name, and so no variant; of equal ones the newest. */
export function withoutVariants(contents: Contents): Contents {
  const isBetter = (name: string, other: string) => name.length < other.length || (name.length === other.length && name > other);
  const best = new Map<string, string>();
  for (const [name, sonames] of contents)
    for (const soname of sonames) {
      const other = best.get(soname);
      if (other === undefined || isBetter(name, other)) best.set(soname, name);
    }
  const kept = [...contents].map(([name, sonames]) => [name, new Set([...sonames].filter((one) => best.get(one) === name))] as const);
  return new Map(kept.filter(([, sonames]) => sonames.size > 0));
}
