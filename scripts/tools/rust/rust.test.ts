import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cargoHome } from "./rust.ts";

test("cargo's folder is what cargo takes for it: an empty variable is none, and no slash ends it", () => {
  expect(cargoHome({})).toBe(join(homedir(), ".cargo"));
  expect(cargoHome({ CARGO_HOME: "" })).toBe(join(homedir(), ".cargo"));
  expect(cargoHome({ CARGO_HOME: "/cargo/" })).toBe("/cargo");
});
