// A published addon: npm fetches it and checks its integrity; the cache folder keeps it.
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { fillFolder } from "../../lib/paths.ts";
import { runOrFail } from "../../tools/exec.ts";

export type PublishedAddon = {
  package: string;
  version: string;
  /** Path of the addon in a package that has several. */
  file?: string | undefined;
};

/** `<package>@<version>`, with the file's name if the package has several addons. */
export function nameOf({ package: name, version, file }: PublishedAddon): string {
  return `${name}@${version}${file ? `/${file}` : ""}`;
}

/** Path of the addon; the first call fetches the package. */
export async function fetchAddon(addon: PublishedAddon, cache: string, signal: AbortSignal): Promise<string> {
  const { package: name, version } = addon;
  const folder = join(cache, "published", `${name.replaceAll(/\W+/g, "-")}-${version}`, "package");
  if (!existsSync(folder)) {
    await fillFolder(folder, async (temporary) => {
      const fix = "check that npm reaches its registry, and that the registry has this version";
      await runOrFail({ argv: ["npm", "pack", `${name}@${version}`, "--silent"], cwd: temporary, signal }, "FETCH_FAILED", fix);
      const archive = (await readdir(temporary)).find((file) => file.endsWith(".tgz")) ?? "";
      await runOrFail({ argv: ["tar", "-xzf", archive, "--strip-components=1"], cwd: temporary, signal }, "UNPACK_FAILED");
      await rm(join(temporary, archive));
    });
  }
  const file = addon.file ?? (await readdir(folder)).find((entry) => entry.endsWith(".node"));
  if (file && existsSync(join(folder, file))) return join(folder, file);
  throw new BoardkitError(`${name}@${version} has no ${addon.file ?? "addon in its top folder"}`, {
    code: "NO_ADDON",
    place: folder,
    fix: "set `file` to the addon's path in the package",
  });
}
