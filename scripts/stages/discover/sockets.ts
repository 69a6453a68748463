// The sockets of mDNS: one for each network interface and family of addresses, so that each of them is asked.
import { createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";
import multicastDns from "multicast-dns";
import { BoardkitError } from "../../lib/errors.ts";

/** A way to ask: a network interface with a family of addresses. */
export type Way = { interface: string; family: "IPv4" | "IPv6"; address: string };

export type Mdns = ReturnType<typeof multicastDns>;

/** A record as it is in a packet. */
export type MdnsRecord = Extract<Parameters<Mdns["respond"]>[0], unknown[]>[number];

/** The ways of this machine; without a name those of all interfaces but the loopback one. */
export function findWays(name: string | undefined): Way[] {
  const all = networkInterfaces();
  if (name !== undefined && all[name] === undefined)
    throw new BoardkitError(`there is no network interface ${JSON.stringify(name)} with an address`, {
      code: "NO_INTERFACE",
      exit: "usage",
      fix: `name one of ${Object.keys(all).join(", ")}`,
    });
  return Object.entries(all).flatMap(([one, addresses = []]) => {
    const own = addresses.filter(({ internal }) => (name === undefined ? !internal : name === one));
    const v4 = own.find(({ family }) => family === "IPv4");
    const v6 = own.find(({ family }) => family === "IPv6");
    return [v4, v6].flatMap((found): Way[] =>
      found === undefined ? [] : [{ interface: one, family: found.family, address: found.address }],
    );
  });
}

/** Opens the socket of a way. It shares its port with the machine's own daemon of mDNS. */
export function openWay({ family, address, interface: name }: Way, port: number): Mdns {
  // Bound to an address of its own, it would not get what is sent to the group.
  if (family === "IPv4") return multicastDns({ port, interface: address, bind: "0.0.0.0" });
  const socket = createSocket({ type: "udp6", reuseAddr: true, ipv6Only: true });
  return multicastDns({ port, type: "udp6", ip: "ff02::fb", interface: `::%${name}`, bind: "::", socket });
}
