// What a file is by its first bytes.

export type FileFormat = "elf" | "macos" | "windows" | "unknown";

/** Mach-O files of both byte orders and of universal ones, and PE files. */
const FIRST: Record<string, FileFormat> = {
  "7f454c46": "elf",
  cffaedfe: "macos",
  cefaedfe: "macos",
  feedfacf: "macos",
  feedface: "macos",
  cafebabe: "macos",
};

/** The format of a file that begins with these bytes. */
export function formatOf(bytes: Uint8Array): FileFormat {
  const start = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  return FIRST[start] ?? (start.startsWith("4d5a") ? "windows" : "unknown");
}
