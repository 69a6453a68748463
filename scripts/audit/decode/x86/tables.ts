// Functions that only a table of data points to. Their callers are known for one kind of table: that of Rust's trait objects, since code
// takes its address when it creates an object. Anything may call a function in another table.
import { offsetOf, readWord, type ElfFile } from "../../elf/file.ts";
import type { Use } from "./calls.ts";
import { EVENT } from "./events.ts";
import { lastAtMost } from "./map.ts";
import type { Relocations } from "./relocations.ts";
import type { Scan } from "./scan.ts";

/** The uses of the functions in tables; `roots` are those that anything may call. */
export function tableUses(
  { events, map, file }: Scan,
  { pointers }: Relocations,
): { uses: Use[]; roots: { slot: number; target: number }[] } {
  const takers = new Map<number, number[]>();
  events.forEach((index, kind, target) => {
    if (kind < EVENT.load) return;
    const sites = takers.get(target);
    if (sites) sites.push(events.site(index));
    else takers.set(target, [events.site(index)]);
  });
  // If a table points to another table, the users of the inner one are unknown.
  const inTables = new Set(pointers.values());
  const bases = [...takers.keys(), ...inTables].toSorted((left, right) => left - right);
  const uses: Use[] = [];
  const roots: { slot: number; target: number }[] = [];
  for (const [slot, target] of pointers) {
    if (!map.regionOf(target)) continue;
    const base = bases[lastAtMost(bases.length, (index) => bases[index] as number, slot)];
    if (base === undefined || inTables.has(base) || !isTraitTable(file, pointers, base, slot)) roots.push({ slot, target });
    else for (const site of takers.get(base) ?? []) uses.push({ site, target });
  }
  return { uses, roots };
}

// An optional pointer to the destructor, size, alignment, then the functions.
function isTraitTable(file: ElfFile, pointers: Map<number, number>, base: number, slot: number): boolean {
  const at = offsetOf(file, base);
  if (at === undefined || (slot !== base && slot < base + 24) || at + 24 > file.bytes.length) return false;
  const [size, align] = [readWord(file, at + 8), readWord(file, at + 16)];
  if (pointers.has(base + 8) || pointers.has(base + 16) || (!pointers.has(base) && readWord(file, at) !== 0)) return false;
  if (align === 0 || align > 4096 || (align & (align - 1)) !== 0 || size % align !== 0) return false;
  for (let method = base + 24; method <= slot; method += 8) if (!pointers.has(method)) return false;
  return true;
}
