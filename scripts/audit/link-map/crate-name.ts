// The crate of a Rust function or variable, from its mangled name. No npm package fits: the one for Rust's names, gecko-profiler-demangle,
// is WebAssembly of 2022, and gives a whole path as a text, in which the crate must be found again.
import { readV0Crate } from "./v0-name.ts";

/** Where a legacy name begins and how it ends: a C++ name begins in the same way, and has no hash at its end. */
const LEGACY = /_ZN(\d+)(?=.*17h[0-9a-f]{16}E)/;
/** Where a v0 name begins, perhaps with a version of the encoding: https://doc.rust-lang.org/rustc/symbol-mangling/v0.html */
const V0 = /_R\d*(?=[CNMXYI])/;

const STANDARD = new Set(["alloc", "core", "std"]);

/** The crate that a name in a text belongs to, for example in the name of a section; undefined if there is no name of Rust in it. */
export function crateIn(text: string): string | undefined {
  const legacy = LEGACY.exec(text);
  if (legacy) {
    const start = legacy.index + legacy[0].length;
    return crateOfLegacy(text.slice(start, start + Number(legacy[1])));
  }
  const v0 = V0.exec(text);
  return v0 ? readV0Crate(text.slice(v0.index + "_R".length)) : undefined;
}

/** The crate by the first part of a legacy name: the crate itself, or `<type as trait>` with `$LT$` for `<` and `..` for `::`. */
function crateOfLegacy(first: string): string | undefined {
  if (/^\w+$/.test(first)) return first;
  const [type = "", trait = ""] = splitImplementation(first.replace(/^_?\$LT\$/, ""));
  const [ofType, ofTrait] = [crateOfPath(type), crateOfPath(trait)];
  // An implementation for a type of the standard library is in the crate of its trait, any other in that of the type, if not in both.
  const isForeign = ofType === undefined || (STANDARD.has(ofType) && ofTrait !== undefined && !STANDARD.has(ofTrait));
  return isForeign ? ofTrait : ofType;
}

/** The type and the trait of `type as trait`; types in brackets have an `as` of their own. */
function splitImplementation(text: string): string[] {
  let depth = 0;
  for (const { 0: word, index } of text.matchAll(/\$LT\$|(?<!\.)\$GT\$|\$u20\$as\$u20\$/g)) {
    if (word === "$LT$") depth += 1;
    else if (word === "$GT$") depth -= 1;
    else if (depth === 0) return [text.slice(0, index), text.slice(index + word.length)];
  }
  return [text];
}

/** The crate of a type's path, also behind references, pointers and the bracket of a slice. */
function crateOfPath(text: string): string | undefined {
  return /^(?:\$(?:RF|BP|u5b|LP)\$|(?:mut|const|dyn)\$u20\$)*([A-Za-z_]\w*)\.\./.exec(text)?.[1];
}
