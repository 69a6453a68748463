import { expect, test } from "vitest";
import { hostsOf, keepRecord, MOST_RECORDS, openQuestions, type Announced } from "./records.ts";

const ssh = (host: string, port = 22): Announced[] => [
  { type: "PTR", name: "_SSH._tcp.local", to: `${host}._ssh._tcp.local` },
  { type: "SRV", name: `${host}._ssh._tcp.LOCAL`, to: `${host}.local`, port },
];
const at = (name: string, address: string): Announced => ({ type: address.includes(":") ? "AAAA" : "A", name: `${name}.local`, address });

test("names have no case", () => {
  const { hosts } = hostsOf([...ssh("Kitchen"), at("KITCHEN", "10.0.0.1"), at("kitchen", "10.0.0.1")]);
  expect(hosts).toMatchObject([{ name: "Kitchen.local", addresses: ["10.0.0.1"], ssh: "Kitchen.local" }]);
});

test.each([
  ["a name", "a-1", "10.0.0.1", 22, "a-1.local"],
  ["another port", "a", "10.0.0.1", 2222, "ssh://a.local:2222"],
  ["a space", "a b", "10.0.0.1", 22, "10.0.0.1"],
  ["a command", "$(id)", "10.0.0.1", 22, "10.0.0.1"],
  ["an option", "-v", "10.0.0.1", 22, "10.0.0.1"],
  ["a user", "root@b", "10.0.0.1", 22, "10.0.0.1"],
  ["an address of IPv6 with a port", "a/b", "fd00::1", 2222, "ssh://[fd00::1]:2222"],
  ["no address", "a b", undefined, 22, undefined],
])("how ssh reaches %s", (_what, name, address, port, expected) => {
  const { hosts } = hostsOf([...ssh(name, port), ...(address === undefined ? [] : [at(name, address)])]);
  expect(hosts.map((one) => one.ssh)).toEqual([expected]);
});

test("what is open is asked: the machine of a service, and its address", () => {
  const [pointer, place] = ssh("a");
  expect(openQuestions([pointer!]).map(({ name, type }) => `${type} ${name}`)).toEqual(["SRV a._ssh._tcp.local", "TXT a._ssh._tcp.local"]);
  expect(openQuestions([pointer!, place!]).map(({ name, type }) => `${type} ${name}`)).toEqual(["A a.local", "AAAA a.local"]);
  expect(openQuestions([pointer!, place!, at("a", "10.0.0.1")])).toEqual([]);
  expect(hostsOf([pointer!])).toEqual({ hosts: [], leftOut: 1 });
});

test.each(["\uFFFD".repeat(63), "x".repeat(64), "a..b", `${"x.".repeat(130)}x`])(
  "a name that no packet can have is not asked: %s",
  (name) => {
    expect(openQuestions([ssh(name)[0]!])).toEqual([]);
  },
);

test("services of other kinds, and pointers to elsewhere, are none", () => {
  const { hosts, leftOut } = hostsOf([
    { type: "PTR", name: "_http._tcp.local", to: "a._http._tcp.local" },
    { type: "PTR", name: "_ssh._tcp.local", to: "a.example.org" },
    { type: "SRV", name: "a.example.org", to: "a.example.org", port: 22 },
  ]);
  expect({ hosts, leftOut }).toEqual({ hosts: [], leftOut: 0 });
});

test("a flood is cut", () => {
  const records = new Map<string, Announced>();
  for (let index = 0; index < 5000; index += 1) for (const one of ssh(`x${index}`)) keepRecord(records, one);
  expect(records.size).toBe(MOST_RECORDS);
  const { hosts, leftOut } = hostsOf([...records.values()]);
  expect({ hosts: hosts.length, leftOut }).toEqual({ hosts: 200, leftOut: MOST_RECORDS / 2 - 200 });
});
