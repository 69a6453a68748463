import { BoardkitError } from "../../lib/errors.ts";
import { whileRunning } from "../../lib/reporter.ts";
import { discover } from "../../stages/discover/discover.ts";
import type { Define } from "../command.ts";
import { describeFound, foundDocument } from "../output/discover-text.ts";
import { createContext, jsonOption, parseCount, print } from "../shared.ts";

type Options = { timeout: number; interface?: string; json: boolean };

/** `boardkit discover`: the machines of this network that announce themselves. */
export const defineDiscover: Define = (command, edge) => {
  command
    .description("find machines in this network that announce a shell by mDNS and DNS-SD")
    .option("--timeout <seconds>", "time for answers", parseCount(1, 60), 3)
    .option("--interface <name>", "ask at this network interface only, for example eth0")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nAvahi and OpenWrt's umdns answer. What a machine says about itself is not checked: `boardkit probe` asks the machine, and ssh knows\nits key.",
    )
    .action(async ({ timeout, interface: name, json }: Options) => {
      const { reporter, signal } = createContext({ json }, edge);
      const report = await whileRunning(reporter, ["discover", name ?? "all interfaces"], () =>
        discover({ seconds: timeout, interface: name }, signal),
      );
      const text = json ? foundDocument(report) : describeFound(report);
      if (text !== "") print(text);
      if (report.hosts.length === 0) throw nothingFound(timeout, report.interfaces);
    });
};

function nothingFound(seconds: number, interfaces: string[]): BoardkitError {
  return new BoardkitError(`no machine has answered within ${seconds} s at ${interfaces.join(", ")}`, {
    code: "NONE_FOUND",
    exit: "nothingMatched",
    fix: [
      "the board and this machine must be in one subnet: a router passes no mDNS on, and Wi-Fi for guests often none between its users",
      "a firewall here must let UDP port 5353 in and out",
      "the board must announce itself: `apt install avahi-daemon` on Debian, `opkg install umdns` or `apk add umdns` on OpenWrt",
      "a board whose address you know needs none of this: `boardkit probe <address>`",
    ].join("\n"),
  });
}
