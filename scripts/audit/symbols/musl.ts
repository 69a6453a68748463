// What musl provides to a file that was linked for glibc. musl's loader ignores the versions of symbols, and takes the place of the
// libraries that it knows by the begin of their names, so that some files for glibc load: those that use only what both have.
import table from "./musl-names.json" with { type: "json" };

/** Names of libraries that musl's loader takes for itself, from `reserved` in ldso/dynlink.c. */
const OWN = /^lib(c|pthread|rt|m|dl|util|xnet)\./;

const names = new Set(table.names.split(" "));

/** Whether musl defines a function or variable. */
export function isInMusl(name: string): boolean {
  return names.has(name);
}

/** Whether musl's loader takes a library of glibc for itself. */
export function isMuslsOwn(library: string): boolean {
  return OWN.test(library);
}
