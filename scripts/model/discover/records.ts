// Records of DNS-SD -> the machines that they announce, and what is still to ask. Pure; any record may be hostile.
import { isIPv4 } from "node:net";
import type { FoundHost } from "./report.ts";
import { DOMAIN, FIRST_NAMES, SERVICES } from "./services.ts";

/** A record, as far as it counts here. Names are compared without regard to case. */
export type Announced =
  | { type: "PTR"; name: string; to: string }
  | { type: "SRV"; name: string; to: string; port: number }
  /** `daemon` is a key of OpenWrt's dropbear. */
  | { type: "TXT"; name: string; daemon: string | undefined }
  | { type: "A" | "AAAA"; name: string; address: string };

export type Question = { name: string; type: "PTR" | "SRV" | "TXT" | "A" | "AAAA" };

/** The most records that are kept, and machines that are listed: a flood of others leaves them out. */
export const MOST_RECORDS = 2000;
const MOST_HOSTS = 200;

/** What is asked first. */
export const FIRST_QUESTIONS: Question[] = [
  ...Object.keys(SERVICES).map((type): Question => ({ name: `${type}.${DOMAIN}`, type: "PTR" })),
  ...FIRST_NAMES.flatMap((name): Question[] => [
    { name, type: "A" },
    { name, type: "AAAA" },
  ]),
];

const same = (name: string) => name.toLowerCase();

/** Adds a record to those that are there, by what it says; beyond the limit none. */
export function keepRecord(records: Map<string, Announced>, record: Announced): void {
  if (records.size < MOST_RECORDS) records.set(same(Object.values(record).join("\0")), record);
}

type Service = FoundHost["services"][number] & { host: string; daemon: string | undefined };

/** The services of known kinds that say on which machine they are, and the instances that do not. */
function servicesOf(records: Announced[]): { services: Service[]; without: string[] } {
  const services: Service[] = [];
  const without: string[] = [];
  const seen = new Set<string>();
  const byName = Map.groupBy(records, ({ name }) => same(name));
  for (const pointer of records) {
    if (pointer.type !== "PTR") continue;
    const type = Object.keys(SERVICES).find((one) => same(pointer.name) === `${one}.${DOMAIN}`);
    const end = `.${type}.${DOMAIN}`;
    if (type === undefined || !same(pointer.to).endsWith(end) || seen.has(same(pointer.to))) continue;
    seen.add(same(pointer.to));
    const ofInstance = byName.get(same(pointer.to)) ?? [];
    const place = ofInstance.find((one) => one.type === "SRV");
    const text = ofInstance.find((one) => one.type === "TXT");
    if (place === undefined) without.push(pointer.to);
    else services.push({ type, instance: pointer.to.slice(0, -end.length), port: place.port, host: place.to, daemon: text?.daemon });
  }
  return { services, without };
}

/** Whether a question can have a name: a byte that is no UTF-8 has become three, and one broken question spoils the others of its packet. */
function canBeAsked({ name }: Question): boolean {
  return Buffer.byteLength(name) <= 253 && name.split(".").every((label) => label !== "" && Buffer.byteLength(label) <= 63);
}

/** The questions that records leave open. */
export function openQuestions(records: Announced[]): Question[] {
  const { services, without } = servicesOf(records);
  const answered = new Set(records.filter(({ type }) => type === "A" || type === "AAAA").map(({ name }) => same(name)));
  const unknown = [...new Map(services.map(({ host }) => [same(host), host])).values()].filter((host) => !answered.has(same(host)));
  return [
    ...without.flatMap((name): Question[] => [
      { name, type: "SRV" },
      { name, type: "TXT" },
    ]),
    ...unknown.flatMap((name): Question[] => [
      { name, type: "A" },
      { name, type: "AAAA" },
    ]),
  ].filter(canBeAsked);
}

/** The machines, by name; `leftOut` counts services without a machine, and machines beyond the limit. */
export function hostsOf(records: Announced[]): { hosts: FoundHost[]; leftOut: number } {
  const { services, without } = servicesOf(records);
  const addressesOf = Map.groupBy(
    records.flatMap((one) => (one.type === "A" || one.type === "AAAA" ? [one] : [])),
    ({ name }) => same(name),
  );
  const byHost = Map.groupBy(services, ({ host }) => same(host));
  const names = new Map(services.map(({ host }) => [same(host), host]));
  for (const name of FIRST_NAMES) {
    const [first] = addressesOf.get(name) ?? [];
    if (first !== undefined && !names.has(name)) names.set(name, first.name);
  }
  const hosts = [...names].map(([key, name]): FoundHost => {
    const own = byHost.get(key) ?? [];
    const addresses = [...new Set((addressesOf.get(key) ?? []).map(({ address }) => address))];
    const host = {
      name,
      addresses: [...addresses.filter((one) => isIPv4(one)), ...addresses.filter((one) => !isIPv4(one))],
      services: own.map(({ type, instance, port }) => ({ type, instance, port })),
    };
    const ssh = sshNameOf(
      host,
      own.some(({ daemon }) => daemon === "dropbear"),
    );
    return ssh === undefined ? host : { ...host, ssh };
  });
  const sorted = hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { hosts: sorted.slice(0, MOST_HOSTS), leftOut: without.length + Math.max(0, sorted.length - MOST_HOSTS) };
}

/** A name that neither a shell nor ssh takes for anything else. */
const PLAIN_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** How ssh reaches a machine: by its name, else by an address. OpenWrt has no user but root, and only its dropbear names itself. */
function sshNameOf({ name, addresses, services }: Omit<FoundHost, "ssh">, isOpenWrt: boolean): string | undefined {
  const host = PLAIN_NAME.test(name) && name.length <= 253 ? name : addresses[0];
  if (host === undefined) return undefined;
  const user = isOpenWrt ? "root@" : "";
  const port = services.find(({ type }) => SERVICES[type]?.isSsh)?.port ?? 22;
  if (port === 22) return `${user}${host}`;
  return `ssh://${user}${host.includes(":") ? `[${host}]` : host}:${port}`;
}
