import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { formatTable } from "../../lib/reporter.ts";
import { distFolder, releaseFolder } from "../../model/names.ts";
import type { FeedReport } from "../../model/report/feed.ts";
import { writeFeed } from "../../stages/feed/feed.ts";
import { requireOutside } from "../../stages/feed/keys.ts";
import type { Define } from "../command.ts";
import { jsonOption, print, readEpoch } from "../shared.ts";
import { feedName, nameOption } from "./name.ts";

type Options = { from?: string; keys: string; url: string; name?: string; json: boolean };

/** `boardkit feed`: a folder for a web server, from which machines install and update. */
export const defineFeed: Define = (command, edge) => {
  command
    .description("add packages to a feed: a folder that a web server serves, and that apt, opkg and apk install and update from")
    .argument("<folder>", "folder of the feed; it is made if it does not exist")
    .requiredOption("--url <address>", "address of that folder on the web", parseAddress)
    .requiredOption("--keys <folder>", "folder of the keys that `boardkit feed-keys` has made")
    .option("--from <folder>", "folder with the packages to add: .deb, .ipk, .apk (default: dist/release)")
    .addOption(nameOption())
    .addOption(jsonOption())
    .action(async (folder: string, { from, keys, url, name, json }: Options) => {
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      requireOutside(resolve(cwd, keys), [distFolder(resolve(cwd))]);
      const epoch = readEpoch(edge.env.SOURCE_DATE_EPOCH);
      const report = await writeFeed({
        folder: resolve(cwd, folder),
        from: from === undefined ? releaseFolder(resolve(cwd)) : resolve(cwd, from),
        keys: resolve(cwd, keys),
        name: feedName(cwd, name),
        url,
        date: epoch === undefined ? new Date() : new Date(epoch * 1000),
      });
      print(json ? JSON.stringify(report, null, 2) : describe(report));
    });
};

/** Without a slash at the end, as what comes behind it begins with one. */
function parseAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[\s'"$`\\]/.test(text)) return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("expected an address that begins with https:// or http://.");
}

function describe(report: FeedReport): string {
  const rows = report.packages.map(({ path, version, added }) => [path, version, added ? "new" : ""]);
  return [formatTable(["package", "version", ""], rows), ...describeMachines(report)].join("\n\n");
}

/** The commands, once on each machine. */
function describeMachines({ name, url, opkgKey, packages }: FeedReport): string[] {
  const has = (format: string) => packages.some((one) => one.format === format);
  return [
    ...(has("deb")
      ? [`on Debian, Raspberry Pi OS and Ubuntu:\n  sudo curl -fo /etc/apt/sources.list.d/${name}.sources ${url}/apt/${name}.sources`]
      : []),
    ...(has("ipk")
      ? [
          `on OpenWrt up to 24.10:\n  wget -O /etc/opkg/keys/${opkgKey} ${url}/opkg/${opkgKey}\n` +
            `  echo "src/gz ${name} ${url}/opkg/$(. /etc/openwrt_release; echo $DISTRIB_ARCH)" >>/etc/opkg/customfeeds.conf`,
        ]
      : []),
    ...(has("apk")
      ? [
          `on OpenWrt from 25.12 on:\n  wget -O /etc/apk/keys/${name}.rsa.pub ${url}/apk/${name}.rsa.pub\n` +
            `  echo ${url}/apk >>/etc/apk/repositories.d/customfeeds.list`,
        ]
      : []),
  ];
}
