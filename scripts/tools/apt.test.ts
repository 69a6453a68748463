import { expect, test } from "vitest";
import { mirrorIn } from "./apt.ts";

test("the mirror is found in both formats of apt sources, not in lines that are off", () => {
  expect(mirrorIn("Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n")).toBe("http://mirror.example/debian");
  expect(mirrorIn("deb [signed-by=/k.gpg] https://mirror.example/debian/ bookworm main\n")).toBe("https://mirror.example/debian");
  expect(mirrorIn("# deb http://off.example/debian bookworm main\ndeb http://on.example/debian bookworm main\n")).toBe(
    "http://on.example/debian",
  );
});

test("security and other archives are not the mirror", () => {
  expect(mirrorIn("URIs: http://mirror.example/debian-security\nURIs: https://else.example/node_20.x\n")).toBeUndefined();
});
