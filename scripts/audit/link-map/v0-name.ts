// The crate of a name in Rust's v0 form: https://doc.rust-lang.org/rustc/symbol-mangling/v0.html

/** A reader of a name behind its `_R`; each function reads one production of the grammar. */
type Reader = { path: () => string | undefined };

/** The crate that the item is defined in: for an implementation, the crate of the `impl`. Undefined if the name has another form. */
export function readV0Crate(name: string): string | undefined {
  try {
    return readerAt(name, 0).path();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

function readerAt(name: string, start: number): Reader {
  let at = start;

  const take = (pattern: RegExp): string => {
    const sticky = new RegExp(pattern, "y");
    sticky.lastIndex = at;
    const found = sticky.exec(name)?.[0];
    if (found === undefined) throw new RangeError(`no ${pattern} at ${at} of ${name}`);
    at += found.length;
    return found;
  };
  const next = (tags: string) => at < name.length && tags.includes(name[at] ?? "");
  const skip = (tags: string) => {
    const isThere = next(tags);
    if (isThere) at += 1;
    return isThere;
  };

  const number = () => take(/[0-9a-zA-Z]*_/);
  const disambiguator = () => skip("s") && number();
  const identifier = (): string => {
    disambiguator();
    skip("u");
    const length = Number(take(/0|[1-9]\d*/));
    skip("_");
    if (at + length > name.length) throw new RangeError(`an identifier of ${length} at ${at} of ${name}`);
    at += length;
    return name.slice(at - length, at);
  };
  const lifetime = () => skip("L") && number();
  const binder = () => skip("G") && number();
  const until = (end: string, read: () => void) => {
    while (!skip(end)) read();
  };
  /** A reference to an earlier part of the name; only the crate of a path matters. */
  const backReference = (): string | undefined => {
    const read = name.slice(0, at);
    const digits = number().slice(0, -1);
    const target = digits === "" ? 0 : [...digits].reduce((sum, digit) => sum * 62 + DIGITS.indexOf(digit), 0) + 1;
    // The rest of the name is cut off, so that a reference that contains itself ends too.
    return PATH.includes(read[target] ?? "-") ? readerAt(read, target).path() : undefined;
  };

  const path = (): string | undefined => {
    const tag = take(/[CNMXYIB]/);
    if (tag === "C") return identifier();
    if (tag === "B") return backReference();
    if (tag === "N") {
      take(/[a-zA-Z]/);
      const crate = path();
      identifier();
      return crate;
    }
    if (tag === "I") {
      const crate = path();
      until("E", generic);
      return crate;
    }
    if (tag === "Y") {
      // A default method: it is defined in the trait.
      type();
      return path();
    }
    disambiguator();
    const crate = path();
    type();
    if (tag === "X") path();
    return crate;
  };
  const generic = () => {
    if (next("L")) lifetime();
    else if (skip("K")) constant();
    else type();
  };
  const constant = () => {
    if (skip("B")) backReference();
    else if (!skip("p")) take(/[a-z]n?[0-9a-f]*_/);
  };
  const type = (): void => {
    if (next(PATH)) path();
    else if (skip("RQ")) {
      lifetime();
      type();
    } else if (skip("POS")) type();
    else if (skip("A")) {
      type();
      constant();
    } else if (skip("T")) until("E", type);
    else if (skip("F")) {
      binder();
      skip("U");
      if (skip("K") && !skip("C")) identifier();
      until("E", type);
      type();
    } else if (skip("D")) {
      binder();
      until("E", bound);
      lifetime();
    } else take(/[a-z]/);
  };
  /** A trait of `dyn`, with the types that it binds. */
  const bound = () => {
    path();
    while (skip("p")) {
      identifier();
      type();
    }
  };
  return { path };
}

const PATH = "CNMXYIB";
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
