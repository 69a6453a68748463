// The bytes of a file by what they come from: crates, libraries in C, and, without either, sections.
import { crateIn } from "./crate-name.ts";
import { readLinkMap, type LinkedPart } from "./read-map.ts";

/** A part of a file: of a crate, of a library in C, of a section without a name in it, or of all that are smaller. */
export type SizePart = { kind: "crate" | "library" | "section" | "others"; name: string; bytes: number };

/** More would be illegible, and most files have fewer. */
const MOST = 40;

/**
 * The parts of a file, the largest first; their sum is that of the sections, which are those that take up space in the file. Undefined if
 * the map is that of another file.
 */
export function sizesByOrigin(map: string, sections: Record<string, number>): SizePart[] | undefined {
  const linked = readLinkMap(map);
  if (linked.sections.get(".text") !== sections[".text"]) return undefined;
  const parts = new Map<string, SizePart>();
  const add = (kind: SizePart["kind"], name: string, bytes: number) => {
    const part = parts.get(`${kind} ${name}`) ?? { kind, name, bytes: 0 };
    parts.set(`${kind} ${name}`, { ...part, bytes: part.bytes + bytes });
  };
  const bySection = Map.groupBy(linked.parts, ({ section }) => section);
  for (const [section, size] of Object.entries(sections)) {
    let rest = size;
    for (const part of bySection.get(section) ?? []) {
      const origin = originOf(part);
      // The linker may have shortened a part after it was measured: tables of frames share their heads.
      const bytes = Math.min(part.bytes, rest);
      if (!origin || bytes === 0) continue;
      add(origin.kind, origin.name, bytes);
      rest -= bytes;
    }
    if (rest > 0) add("section", section, rest);
  }
  return largest([...parts.values()]);
}

function largest(parts: SizePart[]): SizePart[] {
  const sorted = parts.toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const rest = sorted.slice(MOST);
  return rest.length === 0 ? sorted : [...sorted.slice(0, MOST), { kind: "others", name: `${rest.length} others`, bytes: sumOf(rest) }];
}

const sumOf = (parts: { bytes: number }[]) => parts.reduce((sum, { bytes }) => sum + bytes, 0);

/** What a part comes from: the crate in its name, else that of its archive. With link-time optimization all crates are one object. */
function originOf({ name, object }: LinkedPart): Pick<SizePart, "kind" | "name"> | undefined {
  const crate = crateIn(name);
  if (crate !== undefined) return { kind: "crate", name: crate };
  const [, archive = ""] = /([^/]+)\([^()]+\)$/.exec(object ?? "") ?? [];
  if (archive === "") return undefined;
  const [, ofArchive] = /^lib(\w+)-[0-9a-f]+\.rlib$/.exec(archive) ?? [];
  return ofArchive === undefined ? { kind: "library", name: archive } : { kind: "crate", name: ofArchive };
}
