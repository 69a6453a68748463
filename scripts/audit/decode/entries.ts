// The entry points of a file that Node loads.
import type { InspectedElf } from "../elf/facts.ts";
import type { Dynamic, DynamicSymbol } from "../elf/dynamic.ts";
import { entryPoint } from "../elf/entry.ts";
import { variableTest } from "../elf/file.ts";
import { dynamicTag, eachRelocation, symbolReader } from "../elf/relocations.ts";

const DT = { init: 12, fini: 13, initArray: 25, finiArray: 26, initArraySize: 27, finiArraySize: 28 };
const STT_FUNC = 2;
/** The functions that Node looks up by name, and those that an addon's initialiser calls instead. */
const REGISTRATION = /^(napi|node)_register_module_v\d+$|^node_api_module_get_api_version_v\d+$/;
const REGISTRARS = /^(napi|node)_module_register$/;
/** Functions of the C library that query the features of the system. */
export const QUERY_FUNCTIONS = /^(__)?getauxval$|^elf_aux_info$/;
/** Functions of other libraries that return the features of the CPU: FFmpeg's libraries ask libavutil. */
export const FEATURE_FUNCTIONS = /^av_get_cpu_flags$/;

/** Functions of the C library, the C++ runtime, the unwinder and Node that do not return. Compilers put data behind calls of them. */
const NO_RETURN = new Set(
  (
    "abort exit _exit _Exit quick_exit pthread_exit longjmp _longjmp __longjmp_chk siglongjmp __assert __assert2 __assert_fail __chk_fail " +
    "__stack_chk_fail __cxa_throw __cxa_rethrow __cxa_bad_cast __cxa_bad_typeid __cxa_throw_bad_array_new_length __cxa_end_cleanup " +
    "__cxa_call_unexpected __cxa_call_terminate _Unwind_Resume _ZSt9terminatev _ZSt10unexpectedv napi_fatal_error"
  ).split(" "),
);
/** std::__throw_bad_alloc() and the like, by which libstdc++ throws. */
const THROWS = /^_ZSt\d+__throw_/;

/** Whether an imported function never returns. */
export function neverReturns(name: string): boolean {
  return NO_RETURN.has(name) || THROWS.test(name);
}

/** Without getauxval, OpenSSL runs an instruction of each feature, and catches SIGILL. */
const PROBING = ["sigaction", "siglongjmp"];

/** Whether the code may ask by running instructions and catching the signal. */
export function mayProbe({ symbols }: Dynamic): boolean {
  const imported = new Set(symbols.filter(({ defined }) => !defined).map(({ name }) => name));
  return PROBING.every((name) => imported.has(name)) && (imported.has("sigsetjmp") || imported.has("__sigsetjmp"));
}

export type Entries = {
  /** Addresses of initialisers and finalisers, of the registration of an addon, and of the start of a program. */
  loaded: number[];
  /** The exported functions of a library: its user may call any of them. Empty for an addon, which Node uses only by its registration. */
  exported: DynamicSymbol[];
};

/** The entries of a file. Bit 0 of an address on 32-bit ARM means Thumb. */
export function readEntries({ file, dynamic }: InspectedElf): Entries {
  const entries = [DT.init, DT.fini].map((tag) => dynamicTag(file, tag) ?? 0);
  const arrays = [
    [DT.initArray, DT.initArraySize],
    [DT.finiArray, DT.finiArraySize],
  ].map(([tag, size]) => ({ start: dynamicTag(file, tag ?? 0) ?? 0, size: dynamicTag(file, size ?? 0) ?? 0 }));
  const exported = dynamic.symbols.filter((symbol) => symbol.defined && symbol.type === STT_FUNC && symbol.address !== 0);
  const registration = exported.filter((symbol) => REGISTRATION.test(symbol.name));
  const registersItself = dynamic.symbols.some((symbol) => !symbol.defined && REGISTRARS.test(symbol.name));
  const isVariable = registersItself ? variableTest(file) : () => false;
  const symbolAt = symbolReader(file);
  eachRelocation(file, ({ place, symbol, addend }) => {
    // The registered structure is a variable that holds the address of the function.
    if (arrays.some(({ start, size }) => place >= start && place < start + size) || isVariable(place))
      entries.push((symbolAt(symbol)?.address ?? 0) + addend);
  });
  const isAddon = registersItself || registration.length > 0;
  entries.push(entryPoint(file) ?? 0, ...registration.map((symbol) => symbol.address));
  return { loaded: entries.filter((address) => address !== 0), exported: isAddon ? [] : exported };
}
