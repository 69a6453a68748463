// Uses of instructions that the CPU of a place does not have, for the rules that report them.
import type { DynamicSymbol } from "../elf/dynamic.ts";
import type { Place } from "../place.ts";
import type { FeatureUse } from "../report.ts";
import type { Subject } from "../subject.ts";
import type { Reported } from "./rule.ts";

/** `guarded`: all uses are behind a test; `dispatched`: the others are behind a choice; `open`: some are neither. */
type Kind = "guarded" | "dispatched" | "open";

type MissingFeature = {
  feature: string;
  /** Uses in the file. */
  count: number;
  /** The uses of this kind, for sentences: `3`, or `3 of 5` if there are others. */
  part: string;
  /** The first use, for sentences: `CAS at 0x1234 (after before)`. */
  at: string;
  /** The first use, for the report. */
  where: Pick<Reported, "address" | "symbol" | "instruction" | "rank">;
};

/** Features that the CPU lacks and whose uses are of a kind. */
export function missingFeatures({ code, symbols }: Subject, place: Place, kind: Kind): MissingFeature[] {
  return Object.entries(code?.features ?? {})
    .map(([feature, use], rank) => ({ feature, use, rank }))
    .filter(({ feature, use }) => !place.features.includes(feature) && kindOf(use) === kind)
    .map(({ feature, use, rank }) => {
      const { count } = use;
      const uses = { guarded: count, dispatched: use.dispatched, open: openUses(use) }[kind];
      const part = uses < count ? `${uses} of ${count}` : `${count}`;
      return { feature, count, part, ...describeFirst(use, symbols, rank) };
    });
}

function kindOf(use: FeatureUse): Kind {
  if (use.guarded === use.count) return "guarded";
  return openUses(use) === 0 ? "dispatched" : "open";
}

function openUses({ count, guarded, dispatched }: FeatureUse): number {
  return count - guarded - dispatched;
}

function describeFirst({ places: [first] }: FeatureUse, symbols: DynamicSymbol[], rank: number): Pick<MissingFeature, "at" | "where"> {
  const address = `0x${(first?.address ?? 0).toString(16)}`;
  const symbol = symbolBefore(symbols, first?.address ?? 0);
  return {
    at: `${first?.instruction} at ${address}${symbol ? ` (after ${symbol})` : ""}`,
    where: { address, ...(symbol ? { symbol } : {}), ...(first ? { instruction: first.instruction } : {}), rank },
  };
}

/** The function that an address is in or after, by the symbols that a stripped file keeps. */
function symbolBefore(symbols: DynamicSymbol[], address: number): string | undefined {
  const before = symbols.filter((symbol) => symbol.defined && symbol.type === 2 && symbol.address <= address);
  return before.reduce<DynamicSymbol | undefined>((best, symbol) => (best && best.address >= symbol.address ? best : symbol), undefined)
    ?.name;
}
