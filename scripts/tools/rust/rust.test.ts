import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cargoHome } from "./rust.ts";

test("cargo's folder: an empty variable counts as unset, and a final slash is removed", () => {
  expect(cargoHome({})).toBe(join(homedir(), ".cargo"));
  expect(cargoHome({ CARGO_HOME: "" })).toBe(join(homedir(), ".cargo"));
  expect(cargoHome({ CARGO_HOME: "/cargo/" })).toBe("/cargo");
});
