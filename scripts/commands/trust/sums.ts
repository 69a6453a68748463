// `boardkit verify --key`: files by the signed checksums beside them.
import { BoardkitError } from "../../lib/errors.ts";
import type { SumsReport } from "../../model/report/sums-report.ts";
import { checkSums } from "../../stages/release/sums.ts";
import { print } from "../shared.ts";

/** Checks files and prints the result; an error if one is refused. */
export async function printSums(paths: string[], key: string, json: boolean): Promise<void> {
  const report = await checkSums(paths, key);
  print(json ? JSON.stringify(report, null, 2) : describe(report));
  const refused = report.files.filter((file) => file.refused);
  if (refused.length > 0 || report.files.length === 0) {
    const text =
      report.files.length === 0 ? "none of the listed files is there" : `${refused.length} of ${report.files.length} files are refused`;
    throw new BoardkitError(text, {
      code: refused[0]?.refused?.code ?? "NO_FILE",
      fix: "download the files again, with SHA256SUMS and its signature of the same release; if they still differ, do not use them",
    });
  }
}

function describe({ key, files, absent }: SumsReport): string {
  return [
    ...files.map(({ path, sha256, refused }) => `${refused ? "✗" : "✓"} ${path}: sha256 ${sha256}${refused ? `; ${refused.reason}` : ""}`),
    ...absent.map((name) => `- ${name}: listed, and not here`),
    `SHA256SUMS is signed by the key ${key}`,
  ].join("\n");
}
