// The names of the libraries of glibc and musl, which every system of theirs has.

/** Since 2.34 all but libc and libm of glibc are empty; musl's only file has all names, and its loader never looks for the others. */
const LIBC = [
  /^ld-(linux|musl)\b.*/,
  /^lib(c|m)\.so\.6$/,
  /^lib(dl|resolv)\.so\.2$/,
  /^libpthread\.so\.0$/,
  /^lib(rt|util|anl|mvec)\.so\.1$/,
  /^lib(c|m|dl|pthread|rt|util|resolv)\.so$/,
  /^libc\.musl-.*\.so\.1$/,
];

/** Whether a library is part of a C library. Whether that is the place's C library is another question, of the rule libc/family. */
export function isOfLibc(name: string): boolean {
  return LIBC.some((pattern) => pattern.test(name));
}
