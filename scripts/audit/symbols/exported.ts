// What the process of Node exports to an addon: names of the C library and of GCC's libraries, which Node needs too, and Node's own.
import table from "./exported-names.json" with { type: "json" };

/** Namespaces of C++ in libstdc++ and in Node, as they are mangled: of ICU with its version. */
const NAMESPACES = [
  "S[tabsiod]",
  "9__gnu_cxx",
  "10__cxxabiv1",
  "2v8",
  "4node",
  "12v8_inspector",
  "8v8_crdtp",
  "5crdtp",
  "6v8impl",
  "5cppgc",
  "4heap",
  "6icu_\\d\\d",
  "4absl",
  "7ncrypto",
  "6nbytes",
  "7simdutf",
  "8simdjson",
  "3ada",
];

/** Mangled names begin with `_Z`, then what the symbol is (a vtable, type information, a guard, a thunk), then its namespace. */
const CPLUSPLUS = [
  new RegExp(`^_Z(T[VTISC]|GV|GTt|GR|T[hv]\\w*?_|Tc\\w*?_|TW|TH|Z)?N?[VKRO]*(${NAMESPACES.join("|")})`),
  // The operators new and delete, and the type information of built-in types.
  /^_Z(n[wa]|d[la])/,
  /^_ZT[IS]P?K?[a-z]$/,
];

const names = new Set(table.names.split(" "));
const families = new Set(table.families.split(" "));

/** Whether Node's process has a symbol, on a system with glibc. */
export function isExported(name: string, arch: string): boolean {
  if (name.startsWith("_Z")) return CPLUSPLUS.some((pattern) => pattern.test(name));
  // The compiler's own functions: run-time support of the ARM EABI in libgcc, and libatomic, which Node for 32-bit ARM needs.
  if (arch === "arm" && /^__(aeabi|gnu|atomic)_/.test(name)) return true;
  return names.has(name) || families.has(/^[A-Za-z0-9]+_/.exec(name)?.[0] ?? "");
}
