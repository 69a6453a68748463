// The accesses of one instruction to addresses, and the addresses at which to decode next.
import { MemorySizeExt, OpKind, type Instruction } from "iced-x86";
import { onlyReads, ROLE } from "./codes.ts";
import { EVENT, type Events } from "./events.ts";
import type { CodeMap } from "./map.ts";
import type { Relocations } from "./relocations.ts";

export type References = {
  instruction: Instruction;
  events: Events;
  map: CodeMap;
  relocations: Relocations;
  /** Addresses of code that something refers to. */
  pending: number[];
  isWritable: (address: number) => boolean;
};

/** Records the reference of the instruction at a place: at most one event. */
export function recordReference(into: References, role: number, site: number): void {
  if (role === ROLE.identify) into.events.add(EVENT.identify, site, 0);
  else if (role <= ROLE.call) recordBranch(into, role, site);
  else if (role === ROLE.indirectCall || role === ROLE.indirectJump) recordIndirect(into, role, site);
  else if (into.instruction.isIpRelMemoryOperand) recordAccess(into, role, site);
}

function recordBranch({ instruction, events, map, pending }: References, role: number, site: number): void {
  const target = Number(instruction.nearBranchTarget);
  const region = map.regionOf(target);
  if (!region) return;
  // A jump to another section, or out of a known function into unknown code, is a tail call.
  if (role === ROLE.call || !region.contains(site) || (!map.extentOf(target) && map.extentOf(site))) map.addStart(target);
  pending.push(target);
  events.add(role === ROLE.call ? EVENT.call : EVENT.jump, site, target);
}

// A call over the global offset table leads to the address that the loader writes there.
function recordIndirect({ instruction, events, relocations }: References, role: number, site: number): void {
  const slot = instruction.isIpRelMemoryOperand ? Number(instruction.ipRelMemoryAddress) : undefined;
  const target = slot === undefined ? undefined : relocations.linkage.get(slot);
  if (target === undefined) events.add(EVENT.unknownCall, site, 0);
  else events.add(role === ROLE.indirectCall ? EVENT.call : EVENT.jump, site, target);
}

function recordAccess({ instruction, events, map, relocations, pending, isWritable }: References, role: number, site: number): void {
  const address = Number(instruction.ipRelMemoryAddress);
  const linked = role === ROLE.address ? undefined : relocations.linkage.get(address);
  const target = linked ?? address;
  if (map.regionOf(target)) {
    // A read from among the instructions loads a constant.
    if (role !== ROLE.address && linked === undefined) return;
    if (!map.extentOf(target)) map.addStart(target);
    pending.push(target);
    events.add(EVENT.take, site, target);
  } else if (linked !== undefined || relocations.imports.has(address)) events.add(EVENT.load, site, target);
  else if (!isWritable(target)) return;
  else if (role === ROLE.address) events.add(EVENT.addressOf, site, target);
  else {
    const writes = instruction.op0Kind === OpKind.Memory && !onlyReads(instruction.code);
    events.add(writes ? EVENT.store + MemorySizeExt.size(instruction.memorySize) : EVENT.load, site, target);
  }
}
