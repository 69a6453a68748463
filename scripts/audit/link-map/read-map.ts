// The map that a linker writes: which part of which object went into which section. LLVM's and GNU's ld have formats of their own. Text
// in, parts out, no I/O.

/** A section of an object, as a part of a section of the file. */
export type LinkedPart = {
  /** The section of the file. */
  section: string;
  /** The object: a path, perhaps with the member of an archive in parentheses. Absent for what the linker itself has made. */
  object?: string;
  /** The section of the object; with Rust it ends in the name of its only function or variable. */
  name: string;
  bytes: number;
};

/** Bytes of the sections of the file, by name, and their parts. */
export type LinkMap = { sections: Map<string, number>; parts: LinkedPart[] };

/** Reads a map of either linker; empty for another text. */
export function readLinkMap(text: string): LinkMap {
  return /^\s*VMA\s+LMA\s+Size/.test(text) ? readOfLld(text) : readOfGnu(text);
}

const fromHex = (digits: string) => Number.parseInt(digits, 16);

// Columns: two addresses, size, alignment, then a section of the file, or after 8 spaces `object:(section)`, or after 16 a symbol.
function readOfLld(text: string): LinkMap {
  const map: LinkMap = { sections: new Map(), parts: [] };
  let section = "";
  for (const [, size = "", indent = "", what = ""] of text.matchAll(/^ *[0-9a-f]+ +[0-9a-f]+ +([0-9a-f]+) +\d+ ( *)(\S.*)$/gm)) {
    if (indent === "") {
      section = what;
      map.sections.set(section, fromHex(size));
    }
    const [, object, name = ""] = (indent.length === 8 && /^(.*):\(([^()]*)\)$/.exec(what)) || [];
    if (object === undefined) continue;
    // Tables of frames are listed by their pieces: `.eh_frame+0x18`.
    const part = { section, name: name.replace(/\+0x[0-9a-f]+$/, ""), bytes: fromHex(size) };
    map.parts.push(object === "<internal>" ? part : { ...part, object });
  }
  return map;
}

// A section of the file begins in the first column, one of an object after a space; a long name is on a line of its own. An earlier part
// of the map lists what has been left out.
function readOfGnu(text: string): LinkMap {
  const map: LinkMap = { sections: new Map(), parts: [] };
  const [, layout = ""] = text.split("\nLinker script and memory map\n");
  const joined = layout.replaceAll(/^( ?[^\s*]\S*)\n +(?=0x)/gm, "$1 ");
  const lines = joined.matchAll(/^( ?)([^\s*]\S*)(?: +0x[0-9a-f]+ +0x([0-9a-f]+)(?: (\S.*))?)?$/gm);
  let section = "";
  for (const [, indent, name = "", size, object] of lines) {
    if (indent === "") section = name;
    if (size === undefined) continue;
    if (indent === "") map.sections.set(section, fromHex(size));
    else if (object !== undefined) map.parts.push({ section, object, name, bytes: fromHex(size) });
  }
  return map;
}
