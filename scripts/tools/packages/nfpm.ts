// nfpm: builds packages for Debian, opkg and apk from one description.
import { writeFile } from "node:fs/promises";
import { runOrFail } from "../exec.ts";

export type SystemFormat = "deb" | "ipk" | "apk";

/** The used part of nfpm's configuration: https://nfpm.goreleaser.com/docs/configuration/ */
export type NfpmConfig = {
  name: string;
  platform: "linux";
  version: string;
  version_schema: "none";
  /** Names of files are no patterns. */
  disable_globbing: true;
  prerelease?: string;
  release: string;
  section: string;
  maintainer: string;
  description: string;
  homepage?: string;
  license?: string;
  depends: string[];
  conflicts?: string[];
  provides?: string[];
  contents: NfpmContent[];
  deb?: { arch: string; compression: "xz" };
  ipk?: { arch: string };
  apk?: { arch: string };
};

/**
 * A file, a link or a folder. nfpm's own `tree` writes modes of folders that neither apk-tools 3 nor some readers of .deb take:
 * https://github.com/goreleaser/nfpm/issues/1117 and 856.
 */
export type NfpmContent =
  | { src: string; dst: string }
  | { src: string; dst: string; type: "symlink" }
  | { dst: string; type: "dir"; file_info: { mode: number } };

/** Writes a package. `epoch` is the time of its files in seconds since 1970; folders keep their own time. */
export async function packSystem(
  nfpm: string,
  format: SystemFormat,
  config: NfpmConfig,
  file: string,
  epoch: number,
  signal: AbortSignal,
): Promise<void> {
  const path = `${file}.json`;
  // JSON is valid YAML. nfpm replaces `$NAME` by environment variables, so a literal `$` becomes `${DOLLAR}`.
  await writeFile(path, JSON.stringify(config).replaceAll("$", "${DOLLAR}"));
  const argv = [nfpm, "package", "--config", path, "--packager", format, "--target", file];
  await runOrFail({ argv, env: { SOURCE_DATE_EPOCH: String(epoch), DOLLAR: "$" }, signal }, "PACK_FAILED");
}
