// The machines of this network as text. Their names are of strangers.
import { printableName } from "../../lib/printable.ts";
import { formatTable } from "../../lib/reporter.ts";
import { SERVICES } from "../../model/discover/services.ts";
import type { DiscoverReport } from "../../model/discover/report.ts";

const DISCARD = 9;

/** A row for each machine, with the command that finds out what it is. */
export function describeFound({ hosts, leftOut, unreadable }: DiscoverReport): string {
  const rows = hosts.map(({ name, addresses, services, ssh }) => [
    printableName(name),
    addresses.map((one) => printableName(one)).join(", ") || "-",
    services.map(({ type, port }) => `${SERVICES[type]?.what ?? type}${port === DISCARD ? "" : ` ${port}`}`).join(", ") || "its name",
    ssh === undefined ? "its name is none that ssh takes" : `boardkit probe ${ssh}`,
  ]);
  return [
    ...(rows.length === 0 ? [] : [formatTable(["name", "address", "service", "next"], rows)]),
    ...(hosts.length === 0 ? [] : ["", "Where ssh does not know a name in .local, take the address: nss-mdns is not installed there."]),
    ...(leftOut === 0 ? [] : [`${leftOut} further answers are left out: services that name no machine, or machines beyond the first 200.`]),
    ...(unreadable === 0 ? [] : [`${unreadable} packets are no answers of DNS.`]),
  ].join("\n");
}

/** The document, without characters that act on a terminal; as JSON it says the same. */
export function foundDocument(report: DiscoverReport): string {
  return JSON.stringify(report, null, 2).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) =>
    one === "\n" ? one : [...Array(one.length).keys()].map((at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}
