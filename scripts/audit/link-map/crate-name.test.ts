// The names are those of real symbols; `nm -C` of binutils prints the same paths for them.
import { expect, test } from "vitest";
import { crateIn } from "./crate-name.ts";

const HASH = "17h0878d1f047b5429fE";

test.each([
  ["a function", `_ZN8grid_opa6bundle4read${HASH}`, "grid_opa"],
  ["a generic function: the crate that defines it", `_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$${HASH}`, "core"],
  ["a part that a pass of LLVM has split off", `.text.unlikely._ZN8grid_opa6bundle4read${HASH}.llvm.123`, "grid_opa"],
  ["an own type with a foreign trait", `_ZN56_$LT$grid_opa..Value$u20$as$u20$core..fmt..Debug$GT$3fmt${HASH}`, "grid_opa"],
  [
    "a type of std with a foreign trait",
    `_ZN70_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$serde_core..de..Deserialize$GT$1f${HASH}`,
    "serde_core",
  ],
  ["a type and a trait of std", `_ZN61_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..fmt..Debug$GT$3fmt${HASH}`, "alloc"],
  ["a reference", `_ZN55_$LT$$RF$grid_opa..Value$u20$as$u20$core..fmt..Debug$GT$3fmt${HASH}`, "grid_opa"],
  ["a type parameter", `_ZN50_$LT$T$u20$as$u20$core..convert..Into$LT$U$GT$$GT$4into${HASH}`, "core"],
  [
    "an `as` within the type",
    `_ZN85_$LT$indexmap..Map$LT$$LT$A$u20$as$u20$yaml..B$GT$..C$GT$$u20$as$u20$core..ops..Drop$GT$4drop${HASH}`,
    "indexmap",
  ],
])("legacy: %s", (_name, mangled, crate) => {
  expect(crateIn(mangled)).toBe(crate);
});

test.each([
  ["a function", "_RNvNtCsjrHSEGnQ3l9_3std2io4read", "std"],
  [
    "an inherent method, with the crate of its instance at the end",
    "_RINvMs0_NtNtNtCsjrHSEGnQ3l9_3std12backtrace_rs9symbolize5gimliNtB6_5Cache11with_globalNCNvB6_7resolves_0EBc_",
    "std",
  ],
  ["a method of str", "_RINvMNtCsgEmfK2I1SDS_4core3stre12trim_matchesNvMNtNtB5_4char7methodsc13is_whitespaceECsjrHSEGnQ3l9_3std", "core"],
  [
    "an implementation of a trait: the crate of the impl",
    "_RNvXs_Cs1234_8grid_opaNtB4_5ValueNtNtCsgEmfK2I1SDS_4core3fmt5Debug3fmt",
    "grid_opa",
  ],
  ["a default method: the crate of the trait", "_RNvYNtCs1234_8grid_opa5ValueNtNtCsgEmfK2I1SDS_4core3fmt5Write9write_fmt", "core"],
  ["a default method of a tuple, a reference, an array and a function", "_RNvYTReAhj4_FUKCmEuENtCs1234_5trait1T1f", "trait"],
  ["a default method of a trait object", "_RNvYDNtCs1_1a1Bp4ItemhEL_NtCs1234_5trait1T1f", "trait"],
  ["a closure of a punycode name", "_RNCNvCs1234_8grid_opau9f_1xa3bcd0B3_", "grid_opa"],
  ["a reference as the path", "_RNvYNtCs1_1a1BB2_1f", "a"],
  ["a reference that contains itself", "_RNvYNtCs1_1a1BB_1f", undefined],
  ["a cut name", "_RNvNtCsjrHSEGnQ3l9_3st", undefined],
  ["a reference forward", "_RNvYjBz_1f", undefined],
])("v0: %s", (_name, mangled, crate) => {
  expect(crateIn(`.text.${mangled}`)).toBe(crate);
});

test.each([".text", ".rodata.cst16", ".text.memcpy", ".text._ZN3foo3barEv", ".data.rel.ro..Lvtable.4", ".text._Reset"])(
  "%s is not a name of Rust",
  (name) => {
    expect(crateIn(name)).toBeUndefined();
  },
);
