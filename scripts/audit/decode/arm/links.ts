// The targets of the procedure linkage table of a 32-bit ARM file.
import type { InspectedElf } from "../../elf/facts.ts";
import { eachRelocation, symbolReader } from "../../elf/relocations.ts";
import { neverReturns, QUERY_FUNCTIONS } from "../entries.ts";

const R_ARM_JUMP_SLOT = 22;

export type ArmLinks = {
  /** Places that the loader fills with the address of a function that queries features. */
  querySlots: Set<number>;
  /** The same for functions that do not return. */
  noReturnSlots: Set<number>;
  /** Addresses of the file's own functions that are called over the table. */
  inside: number[];
};

/** Reads them from the relocations. */
export function readArmLinks({ file }: InspectedElf): ArmLinks {
  const links: ArmLinks = { querySlots: new Set(), noReturnSlots: new Set(), inside: [] };
  const symbolAt = symbolReader(file);
  eachRelocation(file, ({ type, place, symbol }) => {
    const target = type === R_ARM_JUMP_SLOT ? symbolAt(symbol) : undefined;
    if (target?.defined) links.inside.push(target.address);
    if (target && !target.defined && neverReturns(target.name)) links.noReturnSlots.add(place);
    if (target && QUERY_FUNCTIONS.test(target.name)) links.querySlots.add(place);
  });
  return links;
}
