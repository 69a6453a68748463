// The effect of a panic in a file with Rust code. No header names it; strings of the standard library in the file show it.
import type { Dynamic } from "./dynamic.ts";
import type { ElfFile } from "./file.ts";

/** std's message for foreign code that drops a panic. Only the unwinding runtime refers to it, and always does if it can raise. */
const UNWINDS = "Rust panics must be rethrown";
/** The path of std's sources in rustup's rust-src: part of messages if std was compiled with the file. */
const BUILT_STD = "/lib/rustlib/src/rust/library/";

/** `unwind` or `abort`; undefined for a file that is not known to be Rust, and if the effect is unknown. */
export function panicOf(file: ElfFile, dynamic: Dynamic): "unwind" | "abort" | undefined {
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  // With std in a separate library the runtime is there.
  if (!isRust(file, bytes) || dynamic.needed.some((name) => /^libstd-[0-9a-f]+\.so$/.test(name))) return undefined;
  if (bytes.includes(UNWINDS)) return "unwind";
  // C++ may call it too, so it does not show that Rust unwinds.
  return dynamic.symbols.some(({ name, defined }) => !defined && name === "_Unwind_RaiseException") ? undefined : "abort";
}

/** Whether a file holds Rust code, by rustc's note (since 2023) or by the paths of std's sources in its messages (since 2020). */
function isRust({ sections }: ElfFile, bytes: Buffer): boolean {
  const comment = sections.find((section) => section.name === ".comment");
  if (comment && bytes.subarray(comment.offset, comment.offset + comment.size).includes("rustc version ")) return true;
  if (bytes.includes(BUILT_STD)) return true;
  // UNWINDS is as old as `library/`. Older sources of std are in `src/libstd`, and its absence there means nothing.
  for (let at = bytes.indexOf("/rustc/"); at >= 0; at = bytes.indexOf("/rustc/", at + 1))
    if (/^\/rustc\/[0-9a-f]{40}\/library\//.test(bytes.subarray(at, at + 56).toString("latin1"))) return true;
  return false;
}
