import { resolve } from "node:path";
import { distFolder, releaseFolder } from "../../model/names.ts";
import { requireOutside } from "../../stages/feed/keys.ts";
import { signSums } from "../../stages/release/sums.ts";
import type { Define } from "../command.ts";
import { folderOf, print } from "../shared.ts";

/** `boardkit sign`: the checksums of a release, signed with the maintainer's own key. */
export const defineSign: Define = (command) => {
  command
    .description("sign SHA256SUMS of a release with a key of your own, for releases that no CI signs; usign and signify verify it too")
    .argument("[folder]", "folder of the release (default: dist/release)")
    .requiredOption("--keys <folder>", "folder of the keys that `boardkit feed-keys` has made; opkg.sec in it signs")
    .action(async (folder: string | undefined, options: { keys: string }) => {
      const cwd = folderOf(command);
      const keys = resolve(cwd, options.keys);
      requireOutside(keys, [distFolder(resolve(cwd))]);
      const { signature, key } = await signSums(folder === undefined ? releaseFolder(resolve(cwd)) : resolve(cwd, folder), keys);
      print(
        `${signature}\n\nThe public key, for example for the README of the project; \`boardkit verify --key\` reads it from a file:\n\n${key}`,
      );
    });
};
