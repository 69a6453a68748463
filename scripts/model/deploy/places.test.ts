import { expect, test } from "vitest";
import { placesOf } from "./places.ts";
import { deploySettings } from "./settings.ts";

const of = (settings: object) => placesOf("kitchen", deploySettings.parse(settings));

test.each([
  [{}, { folder: "/opt/boardkit/kitchen", data: "/opt/boardkit/kitchen/data" }],
  [{ folder: "/mnt/a" }, { folder: "/mnt/a", data: "/mnt/a/data" }],
  [{ data: "/mnt/usb/kitchen" }, { folder: "/opt/boardkit/kitchen", data: "/mnt/usb/kitchen" }],
  [{ volatile: true }, { folder: "/opt/boardkit/kitchen", data: "/opt/boardkit/kitchen/data", memory: "/tmp/boardkit/kitchen" }],
  [
    { volatile: "/dev/shm/k", folder: "/a" },
    { folder: "/a", data: "/a/data", memory: "/dev/shm/k" },
  ],
  [
    { folder: "/srv/k", data: "/srv/k2" },
    { folder: "/srv/k", data: "/srv/k2" },
  ],
])("%j", (settings, places) => expect(of(settings)).toEqual(places));

test.each([
  [{ data: "/opt/boardkit/kitchen/releases" }, /deploy\.data` is .*folder of the app/],
  [{ data: "/opt/boardkit" }, /folder of the app/],
  [{ data: "/opt/boardkit/kitchen/" }, /folder of the app/],
  [{ data: "/tmp/boardkit/kitchen/data", volatile: true }, /folder in memory/],
  [{ volatile: "/opt/boardkit/kitchen/memory" }, /deploy\.volatile` is .*folder of the app/],
])("%j is refused", (settings, text) => expect(() => of(settings)).toThrow(text));

test.each(["relative", "/mnt/usb stick", "/a/../b", "/$(id)", "/"])("a folder %s is none", (path) => {
  for (const key of ["folder", "data", "volatile", "services"]) expect(deploySettings.safeParse({ [key]: path }).success, key).toBe(false);
});
