import { expect, test } from "vitest";
import { readClaims } from "./claims.ts";

const claimsOf = (path: string) => {
  const { os, cpu, libc, rest, ...others } = readClaims(path);
  return { os: [...os].join(), cpu: [...cpu].join(), libc: [...libc].join(), rest: rest.join(" "), ...others };
};
const none = { os: "", cpu: "", libc: "", isNodeApi: false, rest: "" };

test.each([
  ["x.linux-arm64-gnu.node", { os: "linux", cpu: "arm64", libc: "glibc", rest: "x" }],
  ["x.linux-arm-gnueabihf.node", { os: "linux", cpu: "arm", libc: "glibc", rest: "x" }],
  ["prebuilds/linux-arm64/x.armv8.musl.node", { os: "linux", cpu: "arm64", libc: "musl", armv: "8", rest: "x" }],
  ["prebuilds/linux-arm/node.napi.armv6.node", { os: "linux", cpu: "arm", armv: "6", isNodeApi: true }],
  ["lib/binding/node-v115-linux-x64-glibc/x.node", { os: "linux", cpu: "x64", libc: "glibc", abi: "115", rest: "x" }],
  ["bin/napi-v3/linux/arm64/onnxruntime_binding.node", { os: "linux", cpu: "arm64", isNodeApi: true, rest: "onnxruntime" }],
  ["prebuilds/HID_hidraw-linux-arm64/node-napi-v4.node", { os: "linux", cpu: "arm64", isNodeApi: true, rest: "hid hidraw" }],
  ["@img/sharp-linuxmusl-arm64", { os: "linux", cpu: "arm64", libc: "musl", rest: "img sharp" }],
  ["x-x86_64-unknown-linux-gnu.node", { os: "linux", cpu: "x64", libc: "glibc", rest: "x" }],
  ["turbo-linux-64", { os: "linux", cpu: "x64", rest: "turbo" }],
  ["turbo-windows-arm64", { os: "win32", cpu: "arm64", rest: "turbo" }],
  ["build/Release/x.node", { rest: "x" }],
  ["build/electron-v30/x.node", { runtime: "electron", rest: "electron v30 x" }],
])("%s", (path, expected) => {
  expect(claimsOf(path)).toEqual({ ...none, ...expected });
});
