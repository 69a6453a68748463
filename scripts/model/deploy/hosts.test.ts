import { expect, test } from "vitest";
import { chooseHosts } from "./hosts.ts";
import { bytesOf, deploySettings } from "./settings.ts";

const settings = deploySettings.parse({
  hosts: { kitchen: { ssh: "pi@kitchen", groups: ["home", "pis"], board: "pi-4" }, router: { groups: ["home"] }, lab: {} },
});
const names = (...given: string[]) => chooseHosts(given, settings).map(({ name }) => name);

test("hosts by name or group, each once; others as ssh takes them", () => {
  expect(names()).toEqual(["kitchen", "router", "lab"]);
  expect(names("home")).toEqual(["kitchen", "router"]);
  expect(names("router", "home", "lab")).toEqual(["router", "kitchen", "lab"]);
  expect(chooseHosts(["kitchen", "root@10.0.0.9"], settings)).toEqual([
    { name: "kitchen", ssh: "pi@kitchen", board: "pi-4" },
    { name: "root@10.0.0.9", ssh: "root@10.0.0.9" },
  ]);
  expect(chooseHosts(["router"], settings)).toEqual([{ name: "router", ssh: "router" }]);
});

test("without any host the error says how to name one", () => {
  expect(() => chooseHosts([], deploySettings.parse({}))).toThrow(expect.objectContaining({ code: "USAGE", exit: "usage" }));
});

test("sizes of memory", () => {
  expect([bytesOf("96M"), bytesOf("1G"), bytesOf("512K")]).toEqual([96 * 1024 ** 2, 1024 ** 3, 512 * 1024]);
  expect(deploySettings.safeParse({ memoryMax: "96 MB" }).success).toBe(false);
  expect(deploySettings.safeParse({ memoryMax: "4095K" }).success).toBe(false);
  expect(deploySettings.safeParse({ memoryMax: "4M" }).success).toBe(true);
  expect(deploySettings.safeParse({ folder: "opt/$x" }).success).toBe(false);
});
