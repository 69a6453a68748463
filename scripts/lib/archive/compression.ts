// Decompresses bytes up to a size limit. The magic bytes decide the format, not the file name.
import { gunzipSync, zstdDecompressSync } from "node:zlib";

/** Limit of the unpacked size in bytes: above the largest package on npm, and low enough to stop a decompression bomb. */
export const MOST_BYTES = 1_000_000_000;

const FORMATS: [magic: string, unpack: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>][] = [
  ["1f8b", (bytes) => gunzipSync(bytes, { maxOutputLength: MOST_BYTES })],
  ["28b52ffd", (bytes) => zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES })],
  ["fd377a585a00", unpackXz],
];

/** Unpacks gzip, zstd or xz. Above the limit it throws an error that `isTooLarge` recognises. */
export async function decompress(bytes: Uint8Array): Promise<Uint8Array> {
  const start = Buffer.from(bytes.subarray(0, 6)).toString("hex");
  const [, unpack] = FORMATS.find(([magic]) => start.startsWith(magic)) ?? [];
  if (!unpack) throw new TypeError("it is compressed by none of gzip, xz and zstd");
  return unpack(bytes);
}

/** Whether an error says that the limit was exceeded. */
export function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
}

// Most Debian packages use xz, which Node lacks. WebAssembly runs wherever the CLI does.
async function unpackXz(bytes: Uint8Array): Promise<Uint8Array> {
  const { default: xz } = await import("xz-decompress");
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of new xz.XzReadableStream(ReadableStream.from([bytes]))) {
      total += chunk.length;
      if (total > MOST_BYTES) throw Object.assign(new RangeError(`more than ${MOST_BYTES} bytes`), { code: "ERR_BUFFER_TOO_LARGE" });
      chunks.push(chunk);
    }
  } catch (error) {
    if (isTooLarge(error)) throw error;
    throw new TypeError("its xz data are cut off or broken, or made with a filter other than LZMA2", { cause: error });
  }
  return Buffer.concat(chunks, total);
}
