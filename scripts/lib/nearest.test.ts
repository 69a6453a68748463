import { expect, test } from "vitest";
import { nearest, suggest } from "./nearest.ts";

const targets = [
  "aarch64-unknown-linux-gnu",
  "aarch64-unknown-linux-musl",
  "armv7-unknown-linux-gnueabihf",
  "armv7-unknown-linux-musleabihf",
];
const boards = ["pi-2", "pi-3", "pi-zero-w"];

test.each([
  ["armv7", targets, targets.slice(2)],
  ["armv7-musl", targets, targets.slice(3)],
  ["aarch64-unknown-linux-gun", targets, targets.slice(0, 1)],
  ["pi3", boards, ["pi-3"]],
  ["pi-zero", boards, ["pi-zero-w"]],
  ["riscv64", targets, []],
  ["", boards, []],
])("%j", (word, names, expected) => {
  expect(nearest(word, names)).toEqual(expected);
});

test("a suggestion is one line, or empty", () => {
  expect(suggest("pi3", boards)).toBe("did you mean pi-3?\n");
  expect(suggest("beaglebone", boards)).toBe("");
});
