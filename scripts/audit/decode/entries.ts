// Where control enters a file when Node loads it.
import type { InspectedElf } from "../elf/facts.ts";
import { readWord, variableTest } from "../elf/file.ts";
import { dynamicTag, eachRelocation, symbolReader } from "../elf/relocations.ts";

const DT = { init: 12, fini: 13, initArray: 25, finiArray: 26, initArraySize: 27, finiArraySize: 28 };
const STT_FUNC = 2;
const ENTRY = 24;
/** What Node looks up by name, and what an addon's initialiser calls instead. */
const REGISTRATION = /^(napi|node)_register_module_v\d+$|^node_api_module_get_api_version_v\d+$/;
const REGISTRARS = /^(napi|node)_module_register$/;
/** Functions of the C library that ask the system for its features. */
export const ASKERS = /^(__)?getauxval$|^elf_aux_info$/;

/**
 * The addresses: initialisers and finalisers, and the registration of an addon; of a file that is no addon all that it exports, since its
 * user may call any of it. An address on 32-bit ARM has the bit that tells Thumb.
 */
export function loadEntries({ file, dynamic }: InspectedElf): number[] {
  const entries = [DT.init, DT.fini].map((tag) => dynamicTag(file, tag) ?? 0);
  const arrays = [
    [DT.initArray, DT.initArraySize],
    [DT.finiArray, DT.finiArraySize],
  ].map(([tag, size]) => ({ start: dynamicTag(file, tag ?? 0) ?? 0, size: dynamicTag(file, size ?? 0) ?? 0 }));
  const exported = dynamic.symbols.filter((symbol) => symbol.defined && symbol.type === STT_FUNC);
  const registration = exported.filter((symbol) => REGISTRATION.test(symbol.name));
  const registersItself = dynamic.symbols.some((symbol) => !symbol.defined && REGISTRARS.test(symbol.name));
  const isVariable = registersItself ? variableTest(file) : () => false;
  const symbolAt = symbolReader(file);
  eachRelocation(file, ({ place, symbol, addend }) => {
    // The structure that is registered is a variable with the address of the function in it.
    if (arrays.some(({ start, size }) => place >= start && place < start + size) || isVariable(place))
      entries.push((symbolAt(symbol)?.address ?? 0) + addend);
  });
  const isAddon = registersItself || registration.length > 0;
  entries.push(readWord(file, ENTRY), ...(isAddon ? registration : exported).map((symbol) => symbol.address));
  return entries.filter((address) => address !== 0);
}
