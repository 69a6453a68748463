// What a package manager says when it cannot install -> an error with the cause and the fix, in one line of its own words.
import { BoardkitError, type ErrorDetails } from "../../lib/errors.ts";

/** The reason of a package manager: its code, and a sentence. */
export type Reason = { code: string; text: string };

type Known = { codes: RegExp; code: string; exit?: ErrorDetails["exit"]; fix: string };

const KNOWN: Known[] = [
  {
    codes: /^(E404|ERR_PNPM_FETCH_404)$/,
    code: "PACKAGE_UNKNOWN",
    exit: "usage",
    fix: "check the name, and the registry that .npmrc names for it; a path must exist",
  },
  {
    codes: /^(ETARGET|ENOVERSIONS|ERR_PNPM_NO_MATCHING_VERSION)$/,
    code: "VERSION_UNKNOWN",
    exit: "usage",
    fix: "`npm view <name> versions` lists the versions",
  },
  {
    codes: /^(EINVALIDPACKAGENAME|EINVALIDTAGNAME)$/,
    code: "PACKAGE_UNKNOWN",
    exit: "usage",
    fix: "name a package as npm does: name, name@version or name@range",
  },
  {
    codes: /^(E401|E403|ENEEDAUTH|ERR_PNPM_FETCH_40[13])$/,
    code: "REGISTRY_REFUSED",
    fix: "log in to the registry, or set the token in .npmrc",
  },
  {
    codes: /^(EUSAGE|ELOCKVERIFY|ERR_PNPM_OUTDATED_LOCKFILE)$/,
    code: "LOCKFILE_OUTDATED",
    fix: "install once, so that the lockfile fits package.json; then audit it again",
  },
  { codes: /^(ERESOLVE)$/, code: "INSTALL_FAILED", fix: "npm refuses these packages together: audit them one by one" },
  {
    codes:
      /^(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|E5\d\d|CERT_\w+|SELF_SIGNED\w*|UNABLE_TO\w+|ERR_PNPM_META_FETCH_FAIL)$/,
    code: "REGISTRY_FAILED",
    fix: "check the network, the proxy (HTTPS_PROXY) and the registry of .npmrc; an installed app is audited without a network",
  },
];

/** The error for an installation that failed. */
export function installError(what: string, manager: string, { code, text }: Reason): BoardkitError {
  const known = KNOWN.find(({ codes }) => codes.test(code));
  return new BoardkitError(`${manager} cannot fetch ${what}: ${firstLine(text)}${code === "" ? "" : ` (${code})`}`, {
    code: known?.code ?? "INSTALL_FAILED",
    ...(known?.exit === undefined ? {} : { exit: known.exit }),
    fix: known?.fix ?? `install it with ${manager} to see more; an installed app is audited by the name of its folder`,
  });
}

function firstLine(text: string): string {
  return (text.trim().split("\n")[0] ?? "").slice(0, 500).replace(/\.$/, "");
}
