import { resolve } from "node:path";
import { distFolder } from "../../model/names.ts";
import { makeKeys, requireOutside } from "../../stages/feed/keys.ts";
import type { Define } from "../command.ts";
import { print } from "../shared.ts";
import { feedName, nameOption } from "./name.ts";

/** `boardkit feed-keys`: the keys that sign feeds. */
export const defineFeedKeys: Define = (command) => {
  command
    .description("make the secret keys that sign feeds for apt, opkg and apk: once, in a folder that is neither in the feed nor in dist/")
    .argument("<folder>", "folder for the keys")
    .addOption(nameOption())
    .action(async (folder: string, { name }: { name?: string }) => {
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      const keys = resolve(cwd, folder);
      requireOutside(keys, [distFolder(resolve(cwd))]);
      const paths = await makeKeys(keys, feedName(cwd, name));
      print(
        `${paths.join("\n")}\n\nWhoever has them can install programs on your machines. Without them no update is possible: keep a copy.`,
      );
    });
};
