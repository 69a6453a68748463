import { formatOf } from "../../elf/format.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "file/not-elf",
  severity: "error",
  order: 600,
  title: "not a complete ELF file",
  why: "Node on Linux loads ELF shared objects only. dlopen fails for a file of another system and for a truncated file.",
  fix: "build it for Linux, and check that copying or packing did not truncate it",
  link: "https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html",
  check: ({ facts }) => (facts.cutOff ? [{ message: "a segment extends beyond the end of the file" }] : []),
  forUser: { problem: ({ finding }) => `does not load: ${finding.message}` },
  checkNotElf: ({ bytes, reason }) => [{ message: `${reason}${describeFormat(bytes)}` }],
};

/** Names the format of a file of another system. */
function describeFormat(bytes: Uint8Array): string {
  const format = formatOf(bytes);
  if (format === "windows") return "; it is a Windows file";
  return format === "macos" ? "; it is a macOS file" : "";
}
