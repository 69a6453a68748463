// The script of a shell on a board that replaces a file by its stdin. Pure.

/**
 * It prints `sent` at the end. A link that dies ends stdin as the end of a file does: only the number of bytes says whether all of it has
 * come, and otherwise the file stays as it was. Two shells may write the same file at once: each has its own partial one. `mask` is the umask,
 * for example 077 for what only root reads.
 */
export function putScript(file: string, bytes: number, mask: "022" | "077" = "022"): string {
  const partial = `${file}.partial.$$`;
  return `umask ${mask}; cat >${partial} && [ "$(wc -c <${partial})" -eq ${bytes} ] && mv -f ${partial} ${file} && echo sent || rm -f ${partial}`;
}
