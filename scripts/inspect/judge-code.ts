// Instructions of a file against the CPU of a place -> findings. Pure.
import type { CodeFacts } from "./decode/code.ts";
import type { DynamicSymbol } from "./elf/dynamic.ts";
import { finding, type Finding, type Place } from "./judge.ts";

/** One finding for each feature that the CPU lacks: an error if any use of it is not behind a test, else a note. */
export function judgeCode(code: CodeFacts, symbols: DynamicSymbol[], place: Place): Finding[] {
  return Object.entries(code.features)
    .filter(([feature]) => !place.features.includes(feature))
    .map(([feature, { count, guarded, places }]) => {
      const [first] = places;
      const address = first?.address ?? 0;
      const symbol = symbolBefore(symbols, address);
      const where = {
        address: `0x${address.toString(16)}`,
        ...(symbol ? { symbol } : {}),
        ...(first ? { instruction: first.instruction } : {}),
      };
      const at = `${first?.instruction} at ${where.address}${symbol ? ` (after ${symbol})` : ""}`;
      if (guarded === count)
        return finding("cpu/guarded-feature", `${count} ${feature} instructions, each behind a test: ${at}`, { ...where, guarded: true });
      const part = guarded > 0 ? `${count - guarded} of ${count}` : `${count}`;
      const message = `${part} ${feature} instructions without a test for it, first ${at}; ${place.name} has a ${place.cpu}`;
      return finding("cpu/missing-feature", message, { ...where, guarded: false });
    });
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
