import type { Source } from "../model/toolchain.ts";
import type { ZigPaths } from "./zig.ts";
export async function buildMusl(
  _cache: string,
  _source: Extract<Source, { kind: "musl" }>,
  _folder: string,
  _zig: ZigPaths,
  _signal: AbortSignal,
): Promise<void> {
  throw new Error("pending");
}
