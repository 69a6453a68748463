// Wrapper programs, for example cc, c++ and ar of one target: shell scripts in the cache folder.
import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashValue } from "../../lib/hash.ts";
import { fillFolder } from "../../lib/paths.ts";
import { cargoTargetVariable, ccVariable } from "../../model/names.ts";
import type { Wrappers } from "../../model/wrappers.ts";

/** Wrappers in a folder that is named after them and a hash of their texts. */
export function wrappersIn(cache: string, name: string, texts: Wrappers["texts"]): Wrappers {
  return { folder: join(cache, "wrappers", `${name}-${hashValue(texts).slice(0, 8)}`), texts };
}

/** Writes wrappers that do not exist yet. */
export async function writeWrappers({ folder, texts }: Wrappers): Promise<void> {
  if (existsSync(folder)) return;
  await fillFolder(folder, async (temporary) => {
    for (const [name, text] of Object.entries(texts)) {
      await writeFile(join(temporary, name), text);
      await chmod(join(temporary, name), 0o755);
    }
  });
}

/** A variable: the path of a map that the linker of `lib<name>.so` shall write, `<folder>/lib<name>.so.map`. */
export const MAP = "BOARDKIT_MAP";

/** The begin of a wrapper that links: it sets `map` to the path of the map if it links that library. */
export const findMap = `name=\${${MAP}##*/}
map= last=
for word; do
  case $last,$word in -o,*/"\${name%.map}") map=$${MAP} ;; esac
  last=$word
done
`;

/** Environment variables with which cargo and the cc crate use wrappers for a target. */
export function linkerEnvironment(triple: string, { folder }: Wrappers): Record<string, string> {
  return {
    [cargoTargetVariable(triple, "LINKER")]: join(folder, "cc"),
    [ccVariable("CC", triple)]: join(folder, "cc"),
    [ccVariable("CXX", triple)]: join(folder, "c++"),
    [ccVariable("AR", triple)]: join(folder, "ar"),
  };
}
