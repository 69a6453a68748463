// What a panic does in a file that holds Rust code. No header says it; what the standard library left in the file does.
import type { Dynamic } from "./dynamic.ts";
import type { ElfFile } from "./file.ts";

/** What std says when foreign code drops a panic. Only the runtime that unwinds refers to it, and wherever it raises it does. */
const UNWINDS = "Rust panics must be rethrown";
/** Where std's sources lie in rustup's rust-src: the path stands in messages if std was compiled with the file. */
const BUILT_STD = "/lib/rustlib/src/rust/library/";

/** `unwind` or `abort`; undefined for a file that is not known to be Rust, and where nothing tells. */
export function panicOf(file: ElfFile, dynamic: Dynamic): "unwind" | "abort" | undefined {
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  // With std in a library of its own the runtime is there.
  if (!isRust(file, bytes) || dynamic.needed.some((name) => /^libstd-[0-9a-f]+\.so$/.test(name))) return undefined;
  if (bytes.includes(UNWINDS)) return "unwind";
  // C++ may raise it too, so it does not tell that Rust does.
  return dynamic.symbols.some(({ name, defined }) => !defined && name === "_Unwind_RaiseException") ? undefined : "abort";
}

/** Whether a file holds Rust code, by rustc's note (since 2023) or by the paths of std's sources in its messages (since 2020). */
function isRust({ sections }: ElfFile, bytes: Buffer): boolean {
  const comment = sections.find((section) => section.name === ".comment");
  if (comment && bytes.subarray(comment.offset, comment.offset + comment.size).includes("rustc version ")) return true;
  if (bytes.includes(BUILT_STD)) return true;
  // The text above is as old as `library/`; before, std lay in `src/libstd`, and its absence would tell nothing.
  for (let at = bytes.indexOf("/rustc/"); at >= 0; at = bytes.indexOf("/rustc/", at + 1))
    if (/^\/rustc\/[0-9a-f]{40}\/library\//.test(bytes.subarray(at, at + 56).toString("latin1"))) return true;
  return false;
}
