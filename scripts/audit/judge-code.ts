// Instructions of a file against the CPU of a place -> findings. Pure.
import type { CodeFacts, FeatureUse, Finding } from "./report.ts";
import type { DynamicSymbol } from "./elf/dynamic.ts";
import { finding } from "./judge.ts";
import type { Place } from "./place.ts";

/**
 * One finding for each feature that the CPU lacks: a note if all uses are behind a test, a warning if the others are where nothing leads to
 * while loading, else an error.
 */
export function judgeCode(code: CodeFacts, symbols: DynamicSymbol[], place: Place): Finding[] {
  return Object.entries(code.features)
    .filter(([feature]) => !place.features.includes(feature))
    .map(([feature, use]) => {
      const [first] = use.places;
      const address = first?.address ?? 0;
      const symbol = symbolBefore(symbols, address);
      const where = {
        address: `0x${address.toString(16)}`,
        ...(symbol ? { symbol } : {}),
        ...(first ? { instruction: first.instruction } : {}),
      };
      const at = `${first?.instruction} at ${where.address}${symbol ? ` (after ${symbol})` : ""}`;
      return judgeUse(feature, use, { where, at }, place);
    });
}

function judgeUse(
  feature: string,
  { count, guarded, dispatched }: FeatureUse,
  { where, at }: { where: Partial<Finding>; at: string },
  place: Place,
): Finding {
  const open = count - guarded - dispatched;
  const part = (uses: number) => (uses < count ? `${uses} of ${count}` : `${count}`);
  if (guarded === count)
    return finding("cpu/guarded-feature", `${count} ${feature} instructions, each behind a test: ${at}`, { ...where, guarded: true });
  if (open === 0) {
    const message = `${part(dispatched)} ${feature} instructions that only a choice made elsewhere can lead to, first ${at}; it asks the system for features`;
    return finding("cpu/dispatched-feature", message, { ...where, guarded: false });
  }
  const message = `${part(open)} ${feature} instructions without a test for it, first ${at}; ${place.name} has a ${place.cpu}`;
  return finding("cpu/missing-feature", message, { ...where, guarded: false });
}

/** One finding for all sequences of erratum 843419, where the place's CPU has it. */
export function judgeErratum(sequences: number[], place: Place): Finding[] {
  if (sequences.length === 0 || !place.errata.includes("843419")) return [];
  const address = `0x${(sequences[0] ?? 0).toString(16)}`;
  return [
    finding("cpu/erratum-843419", `${sequences.length} sequences that a ${place.cpu} may execute wrongly, first at ${address}`, {
      address,
    }),
  ];
}

/** The function that an address lies in or after, by the symbols that are left in a stripped file. */
function symbolBefore(symbols: DynamicSymbol[], address: number): string | undefined {
  const before = symbols.filter((symbol) => symbol.defined && symbol.type === 2 && symbol.address <= address);
  return before.reduce<DynamicSymbol | undefined>((best, symbol) => (best && best.address >= symbol.address ? best : symbol), undefined)
    ?.name;
}
