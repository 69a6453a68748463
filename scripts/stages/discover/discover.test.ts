// Real sockets at the loopback interface, each test with a port of its own.
import { expect, onTestFinished, test } from "vitest";
import { PI, ROUTER, sendRaw, startResponder, STRANGER } from "../../checks/fixtures/mdns/responder.ts";
import { freePort } from "../../checks/fixtures/ssh-guest.ts";
import { discover } from "./discover.ts";
import { openWay } from "./sockets.ts";

const LO = { interface: "lo", family: "IPv4", address: "127.0.0.1" } as const;
const { signal } = new AbortController();

/** A responder until the test ends; returns its port. */
async function respond(...[records, loses]: [Parameters<typeof startResponder>[2], number?]): Promise<number> {
  const port = await freePort();
  const responder = await startResponder(LO, port, records, loses);
  onTestFinished(() => new Promise<void>((resolve) => responder.destroy(resolve)));
  return port;
}

test("the machines that answer, with what they say only when they are asked again", async () => {
  const port = await respond([...PI, ...ROUTER]);
  const { hosts, leftOut, unreadable, interfaces } = await discover({ seconds: 1.5, interface: "lo", port }, signal);
  expect({ leftOut, unreadable, interfaces }).toEqual({ leftOut: 0, unreadable: 0, interfaces: ["lo"] });
  expect(hosts).toEqual([
    {
      name: "OpenWrt.local",
      // Without its interface an address of a single link is of no use.
      addresses: ["192.168.1.1"],
      services: [{ type: "_ssh._tcp", instance: "OpenWrt", port: 22 }],
      ssh: "root@OpenWrt.local",
    },
    {
      name: "kitchen.local",
      addresses: ["192.168.1.7", "fd00::7"],
      services: [
        { type: "_ssh._tcp", instance: "kitchen", port: 2222 },
        { type: "_workstation._tcp", instance: "kitchen [02:fc:00:00:00:01]", port: 9 },
      ],
      ssh: "ssh://kitchen.local:2222",
    },
  ]);
});

test("a new Raspberry Pi, whose Avahi announces no service", async () => {
  const port = await respond([{ name: "raspberrypi.local", type: "A", ttl: 10, data: "192.168.1.8" }]);
  const { hosts } = await discover({ seconds: 1, interface: "lo", port }, signal);
  expect(hosts).toEqual([{ name: "raspberrypi.local", addresses: ["192.168.1.8"], services: [], ssh: "raspberrypi.local" }]);
});

test("questions that are lost are asked again", async () => {
  const port = await respond(ROUTER, 1);
  expect((await discover({ seconds: 2, interface: "lo", port }, signal)).hosts).toHaveLength(1);
});

test("nobody answers", async () => {
  const report = await discover({ seconds: 0.5, interface: "lo", port: await freePort() }, signal);
  expect(report.hosts).toEqual([]);
});

test("an interrupt ends it", async () => {
  const stop = new AbortController();
  const running = discover({ seconds: 60, interface: "lo", port: await freePort() }, stop.signal);
  setTimeout(() => stop.abort(), 200);
  await expect(running).rejects.toThrow("aborted");
});

test("hostile packets: loops, floods and garbage do no harm", async () => {
  const port = await respond(ROUTER);
  const running = discover({ seconds: 3, interface: "lo", port }, signal);
  const header = (answers: number) => Buffer.from([0, 0, 0x84, 0, 0, 0, answers >> 8, answers & 255, 0, 0, 0, 0]);
  const ptr = Buffer.from([0, 12, 0, 1, 0, 0, 0, 10, 0, 2, 0xc0, 12]);
  const packets = [
    // A name that points to itself, two that point to each other, and one that points behind its end.
    Buffer.concat([header(1), Buffer.from([0xc0, 12]), ptr]),
    Buffer.concat([header(1), Buffer.from([0xc0, 14, 0xc0, 12]), ptr]),
    Buffer.concat([header(1), Buffer.from([0xff, 0xff]), ptr]),
    // More answers than there are.
    Buffer.concat([header(65_535), Buffer.from([1, 97, 0]), ptr]),
    Buffer.alloc(60_000, 0xc0),
    Buffer.alloc(3),
  ];
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const packet of packets) await sendRaw(packet, port, port);
  const [stranger, elsewhere] = [openWay(LO, port), openWay(LO, await freePort())];
  const names = Array.from({ length: 3000 }, (_, index) => `x${index}._ssh._tcp.local`);
  const flood = names.map((name) => ({ name: "_ssh._tcp.local", type: "PTR", data: name }) as const);
  stranger.respond(STRANGER);
  for (let first = 0; first < flood.length; first += 100) stranger.respond(flood.slice(first, first + 100));
  // No answer of mDNS comes from another port.
  const other = { name: "raspberrypi.local", type: "A", ttl: 10, data: "6.6.6.6" } as const;
  elsewhere.respond({ answers: [other] }, { port, address: "224.0.0.251" });
  const { hosts, leftOut, unreadable } = await running;
  expect(hosts.map(({ name, ssh }) => [name, ssh])).toEqual([
    ["-oProxyCommand=id;\u001B]0;x\u0007\u202E", "192.168.1.66"],
    ["OpenWrt.local", "root@OpenWrt.local"],
  ]);
  for (const one of [stranger, elsewhere]) one.destroy();
  expect(unreadable).toBe(6);
  // The limit of records; under a flood the kernel drops packets too.
  expect(leftOut).toBeGreaterThan(500);
  expect(leftOut).toBeLessThan(2000);
});
