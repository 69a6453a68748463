// One pass over the code: the instructions that need a feature, and all calls, taken addresses, reads and writes. Numbers in arrays, since
// an object per instruction takes a gigabyte for a large addon.
import { Decoder, DecoderOptions, Instruction, Register } from "iced-x86";
import type { InspectedElf } from "../../elf/facts.ts";
import { PT, type ElfFile } from "../../elf/file.ts";
import { isCompare, isHit, ROLE, roleOf } from "./codes.ts";
import { EVENT, Events } from "./events.ts";
import { codeRegions, entryPoint, unwindExtents, type Extent } from "./functions.ts";
import { CodeMap, type DecodedRegion } from "./map.ts";
import { recordReference, type References } from "./references.ts";
import type { Relocations } from "./relocations.ts";

export type Scan = {
  /** Addresses of instructions that need a feature, and their encodings; sorted by address after `scanX86`. */
  hits: { sites: number[]; codes: number[] };
  events: Events;
  file: ElfFile;
  map: CodeMap;
};

/** The most instructions between a call and the test of its result. */
const ANSWER_WITHIN = 8;
const PF_WRITE = 2;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;

/** Whether bytes are certainly code, are code since other code refers to them, or may be code. */
type Trust = "known" | "referred" | "unknown";
type Sweep = References & { scan: Scan };

/** Decodes every function of a file, and the bytes between functions if they are code. */
export function scanX86(elf: InspectedElf, relocations: Relocations): Scan {
  const extents = unwindExtents(elf.file);
  const scan: Scan = {
    file: elf.file,
    hits: { sites: [], codes: [] },
    events: new Events(),
    map: new CodeMap(codeRegions(elf.file), extents, elf.file.bytes),
  };
  const writable = elf.file.segments.filter((part) => part.type === PT.load && (part.flags & PF_WRITE) !== 0);
  const isWritable = (address: number) => writable.some((part) => address >= part.address && address < part.address + part.memorySize);
  const sweep: Sweep = { scan, events: scan.events, map: scan.map, relocations, instruction: new Instruction(), pending: [], isWritable };
  const roots = rootsOf(elf, relocations);
  for (const root of roots) scan.map.addStart(root);
  try {
    // The largest first, since it refers to the others.
    for (const region of scan.map.regions.toSorted((left, right) => right.size - left.size)) sweepRegion(sweep, region, extents, roots);
  } finally {
    sweep.instruction.free();
  }
  sortHits(scan);
  return scan;
}

function rootsOf(elf: InspectedElf, relocations: Relocations): number[] {
  const symbols = elf.dynamic.symbols.filter((symbol) => symbol.defined && (symbol.type === STT_FUNC || symbol.type === STT_GNU_IFUNC));
  return [
    ...symbols.map((symbol) => symbol.address),
    ...relocations.resolvers,
    ...relocations.entries,
    ...relocations.pointers.values(),
    ...relocations.linkage.values(),
    entryPoint(elf.file),
  ];
}

function sweepRegion(sweep: Sweep, region: DecodedRegion, extents: Extent[], roots: number[]): void {
  const decoder = new Decoder(64, region.bytes, DecoderOptions.None);
  try {
    for (const { start, end } of extents)
      if (start >= region.address && start < region.end) decode(sweep, decoder, region, start, Math.min(end, region.end), "known");
    for (const root of roots) if (region.contains(root)) sweep.pending.push(root);
    follow(sweep, decoder, region);
    for (const [start, end] of region.gaps()) sweepGap(sweep, decoder, region, start, end);
    follow(sweep, decoder, region);
  } finally {
    decoder.free();
  }
}

// Targets outside of the functions of the unwind table, or between the instructions that were decoded in one.
function follow(sweep: Sweep, decoder: Decoder, region: DecodedRegion): void {
  const elsewhere: number[] = [];
  for (let address = sweep.pending.pop(); address !== undefined; address = sweep.pending.pop()) {
    if (!region.contains(address)) elsewhere.push(address);
    else if (!region.isInstruction(address)) {
      const extent = sweep.scan.map.extentOf(address);
      decode(sweep, decoder, region, address, Math.min(extent?.end ?? region.end, region.end), extent ? "known" : "referred");
    }
  }
  sweep.pending = elsewhere;
}

// Bytes without a reference: code if they decode up to an end, otherwise unclassified.
function sweepGap(sweep: Sweep, decoder: Decoder, region: DecodedRegion, start: number, end: number): void {
  let at = skipPadding(sweep, decoder, region, start, end);
  while (at < end) {
    const reached = decode(sweep, decoder, region, at, end, "unknown");
    if (reached === at) {
      sweep.scan.map.unclassifiedBytes += end - at;
      return;
    }
    sweep.scan.map.addStart(at);
    at = skipPadding(sweep, decoder, region, reached, end);
  }
}

function skipPadding({ instruction }: Sweep, decoder: Decoder, region: DecodedRegion, start: number, end: number): number {
  let at = start;
  decoder.position = at - region.address;
  while (at < end && decoder.canDecode) {
    const isZero = region.bytes[at - region.address] === 0;
    if (isZero) decoder.position += 1;
    else {
      decoder.decodeOut(instruction);
      if (roleOf(instruction.code, instruction) !== ROLE.padding) break;
    }
    at = region.address + decoder.position;
  }
  return Math.min(at, end);
}

// Decodes up to an end, and returns the address that it reached. In known code it skips bytes that do not decode. In other code it drops
// everything since the last end of control at such bytes, and stops at an end of control that no branch leads across.
function decode(sweep: Sweep, decoder: Decoder, region: DecodedRegion, start: number, end: number, trust: Trust): number {
  const isKnown = trust === "known";
  const { instruction, scan } = sweep;
  const { hits, events } = scan;
  let at = start;
  let reach = start;
  // Nothing is known to fall through into the start; joinInstruction below records it if something does.
  let ended = true;
  let answerAt = -1;
  let answerLeft = 0;
  const pendingBefore = sweep.pending.length;
  let safe = { at: start, hits: hits.sites.length, events: events.length, pending: sweep.pending.length };
  const keep = () => (safe = { at, hits: hits.sites.length, events: events.length, pending: sweep.pending.length });
  decoder.position = at - region.address;
  decoder.ip = BigInt(at);
  while (at < end && !region.isInstruction(at)) {
    decoder.decodeOut(instruction);
    const { code } = instruction;
    const role = roleOf(code, instruction);
    const next = region.address + decoder.position;
    if (role === ROLE.invalid || next > end) {
      if (!isKnown) break;
      scan.map.unclassifiedBytes += Math.min(next, end) - at;
      at = next;
      continue;
    }
    region.addInstruction(at, ended);
    ended = ended && role === ROLE.padding && at > start;
    if (isHit(code)) {
      hits.sites.push(at);
      hits.codes.push(code);
    }
    if (answerLeft > 0) {
      answerLeft -= 1;
      if (isCompare(code) && isAnswer(instruction.op0Register)) events.setKind(answerAt, EVENT.testedCall);
    }
    const before = events.length;
    if (role >= ROLE.jump) {
      recordReference(sweep, role, at);
      if (role === ROLE.branch) reach = Math.max(reach, nearReach(events, before, end));
      if (role === ROLE.call || role === ROLE.indirectCall) {
        answerAt = before;
        answerLeft = events.length > before && events.kind(before) === EVENT.call ? ANSWER_WITHIN : 0;
      }
    }
    at = next;
    if (role === ROLE.end || role === ROLE.jump || role === ROLE.indirectJump) {
      ended = true;
      if (isKnown) continue;
      keep();
      // The cases of a jump table follow its indirect jump.
      if (role !== ROLE.indirectJump && at > reach) break;
    }
  }
  if (at < end && !ended) region.joinInstruction(at);
  const isComplete = isKnown || (at < end ? region.isInstruction(at) : trust === "referred");
  if (isComplete) keep();
  else takeBack(sweep, region, at, safe);
  region.addDecoded(start, safe.at);
  if (isKnown) prunePending(sweep, region, pendingBefore);
  return safe.at;
}

/** Removes targets that are decoded by now: most are in the function itself. */
function prunePending({ pending }: Sweep, region: DecodedRegion, from: number): void {
  let kept = from;
  for (let index = from; index < pending.length; index += 1) {
    const address = pending[index] as number;
    if (!region.contains(address) || !region.isInstruction(address)) pending[kept++] = address;
  }
  pending.length = kept;
}

function takeBack(
  sweep: Sweep,
  region: DecodedRegion,
  at: number,
  safe: { at: number; hits: number; events: number; pending: number },
): void {
  const { hits, events } = sweep.scan;
  region.removeInstructions(safe.at, at);
  hits.sites.length = hits.codes.length = safe.hits;
  events.length = safe.events;
  sweep.pending.length = Math.min(sweep.pending.length, safe.pending);
}

/** Only a branch to within the decoded range leads across an end of control. */
function nearReach(events: Events, index: number, end: number): number {
  return index < events.length && events.target(index) < end ? events.target(index) : 0;
}

function isAnswer(register: number): boolean {
  return register === Register.AL || register === Register.AX || register === Register.EAX || register === Register.RAX;
}

function sortHits({ hits }: Scan): void {
  const order = hits.sites.map((_, index) => index).toSorted((left, right) => (hits.sites[left] as number) - (hits.sites[right] as number));
  const [sites, codes] = [order.map((index) => hits.sites[index] as number), order.map((index) => hits.codes[index] as number)];
  hits.sites = sites;
  hits.codes = codes;
}
