// The settings of a project that choose and open its registries. Others are left out: they could run programs, or install elsewhere.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";

const REGISTRY_KEYS =
  /^(\/\/|(@[^:=\s]+:)?registry$|(https?-)?proxy$|noproxy$|strict-ssl$|ca(\[\])?$|cafile$|cert$|key$|always-auth$|legacy-peer-deps$|auto-install-peers$|strict-peer-dependencies$|exclude-links-from-lockfile$|before$)/;

/** The lines of a .npmrc that registries need; a relative path of a certificate becomes absolute. */
export function registryLines(text: string, folder: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, key, value] = /^\s*([^=#;]+?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined || !REGISTRY_KEYS.test(key)) return [];
    const isRelative = key === "cafile" && !isAbsolute(value) && !/^[$~"']/.test(value);
    return [`${key}=${isRelative ? join(folder, value) : value}`];
  });
}

/** Reads the .npmrc of a project; empty if it has none. */
export async function readNpmrc(folder: string): Promise<string> {
  const path = join(folder, ".npmrc");
  if (!existsSync(path)) return "";
  return registryLines(await readFile(path, "utf8"), dirname(path))
    .map((line) => `${line}\n`)
    .join("");
}

/** Takes secrets out of a text of a package manager: passwords in URLs, and values of the settings that authorise. */
export function hideSecrets(text: string, npmrc: string): string {
  const values = [...npmrc.matchAll(/:_(?:authToken|auth|password)\s*=\s*"?([^\s"]+)/gi)].map(([, value]) => value!);
  let hidden = text.replaceAll(/(:\/\/)[^\s/@]+@/g, "$1***@").replaceAll(/(_(?:authToken|auth|password)\s*[=:]\s*)\S+/gi, "$1***");
  for (const value of values) if (value.length > 3 && !value.startsWith("${")) hidden = hidden.replaceAll(value, "***");
  return hidden;
}
