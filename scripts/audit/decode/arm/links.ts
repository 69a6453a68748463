// What the procedure linkage table of a 32-bit ARM file leads to.
import type { InspectedElf } from "../../elf/facts.ts";
import { eachRelocation, symbolReader } from "../../elf/relocations.ts";
import { ASKERS } from "../entries.ts";

const R_ARM_JUMP_SLOT = 22;

export type ArmLinks = {
  /** Places that the loader fills with the address of a function that asks the system for its features. */
  askerSlots: Set<number>;
  /** Addresses of the file's own functions that calls over the table lead to. */
  inside: number[];
};

/** Reads it from the relocations. */
export function readArmLinks({ file }: InspectedElf): ArmLinks {
  const links: ArmLinks = { askerSlots: new Set(), inside: [] };
  const symbolAt = symbolReader(file);
  eachRelocation(file, ({ type, place, symbol }) => {
    const target = type === R_ARM_JUMP_SLOT ? symbolAt(symbol) : undefined;
    if (target?.defined) links.inside.push(target.address);
    if (target && ASKERS.test(target.name)) links.askerSlots.add(place);
  });
  return links;
}
