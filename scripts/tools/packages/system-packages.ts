// System packages, which only root may install: for `boardkit doctor --fix`, never for set-up.
import { BoardkitError } from "../../lib/errors.ts";
import { formatCommand, run, runOrFail } from "../exec.ts";

/** Installs packages as root, or by sudo if it needs no password; otherwise the error names the command. */
export async function installSystemPackages(packages: string[], isRoot: boolean, signal: AbortSignal): Promise<void> {
  const install = ["apt-get", "install", "--yes", "--no-install-recommends", ...packages];
  const maySudo = !isRoot && (await canSudo(signal));
  if (!isRoot && !maySudo) {
    throw new BoardkitError(`only root can install ${packages.join(", ")}, and sudo is missing or needs a password`, {
      code: "NEEDS_ROOT",
      exit: "toolMissing",
      fix: `run: sudo ${formatCommand({ argv: install })}`,
    });
  }
  // sudo removes the caller's variables.
  const prefix = [...(maySudo ? ["sudo", "-n"] : []), "env", "DEBIAN_FRONTEND=noninteractive"];
  for (const argv of [["apt-get", "--quiet", "update"], install]) {
    signal.throwIfAborted();
    // Without the signal: an interrupted dpkg leaves packages half installed.
    await runOrFail({ argv: [...prefix, ...argv] }, "INSTALL_FAILED", "the system's apt must reach its mirrors");
  }
  signal.throwIfAborted();
}

async function canSudo(signal: AbortSignal): Promise<boolean> {
  try {
    return (await run({ argv: ["sudo", "-n", "true"], signal })).exitCode === 0;
  } catch (error) {
    if (error instanceof BoardkitError && error.code === "TOOL_MISSING") return false;
    throw error;
  }
}
