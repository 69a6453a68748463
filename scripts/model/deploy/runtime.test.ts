import { expect, test } from "vitest";
import { loadRegistry } from "../read-registry.ts";
import type { Triple } from "../targets/triple.ts";
import { selectRuntime } from "./runtime.ts";
import { deploySettings } from "./settings.ts";

const registry = loadRegistry();
const target = (triple: string) => registry.triples.get(triple)!;
const select = (setting: string, triple: string) => selectRuntime(setting, target(triple), registry);
const idOf = (setting: string, triple: string) => {
  const choice = select(setting, triple);
  return choice?.kind === "node" ? choice.node.id : choice?.kind;
};

test("the values of the setting", () => {
  const isValue = (runtime: string) => deploySettings.safeParse({ runtime }).success;
  expect(["board", "host", "node", "node@22", "node@22.23", "node@22.23.3"].every((value) => isValue(value))).toBe(true);
  expect(["", "ship", "node@", "node@v22", "node@22.x", "node@^22", "nodes", "host@1"].some((value) => isValue(value))).toBe(false);
});

test("the Node for the C library of the target", () => {
  expect(idOf("node", "aarch64-unknown-linux-gnu")).toBe("node-aarch64-glibc");
  expect(select("node", "aarch64-unknown-linux-musl")).toMatchObject({
    kind: "node",
    node: { id: "node-aarch64-musl" },
    libcFrom: "1.2.4",
  });
  expect(idOf("node", "armv7-unknown-linux-gnueabihf")).toBe("node-armv7-glibc");
  expect(select("board", "aarch64-unknown-linux-gnu")).toBeUndefined();
});

test("a version is a prefix of whole numbers", () => {
  const gnu = target("aarch64-unknown-linux-gnu");
  const [usual, other] = "why" in gnu.nodes ? [] : gnu.nodes.map(({ toolchain }) => registry.toolchains.get(toolchain)!);
  for (const one of [usual!, other!])
    for (const parts of [1, 2, 3]) expect(idOf(`node@${one.version.split(".").slice(0, parts).join(".")}`, gnu.triple)).toBe(one.id);
  expect(() => select("node@2", gnu.triple)).toThrow(/there is no Node 2 to send to aarch64-unknown-linux-gnu; there is /);
  expect(() => select(`node@${usual!.version}1`, gnu.triple)).toThrow(expect.objectContaining({ code: "NO_RUNTIME" }));
});

test.each(["arm-unknown-linux-gnueabihf", "arm-unknown-linux-musleabihf", "armv7-unknown-linux-musleabihf"])(
  "%s has no Node: the error says why, and the host is sent only by its name",
  (triple) => {
    expect(() => select("node", triple)).toThrow(
      expect.objectContaining({
        code: "NO_RUNTIME",
        message: expect.stringContaining("no registry has a Node for"),
        details: expect.objectContaining({ fix: expect.stringMatching(/"host" sends Boardkit's small host[^]*boardkit\.deploy\.command/) }),
      }),
    );
    expect(select("host", triple)).toEqual({ kind: "host" });
  },
);

test("every Node is for a target with its C library", () => {
  const libcOf = ({ nodes, libc }: Triple) => ("why" in nodes ? [] : nodes.map(({ toolchain }) => ({ toolchain, libc })));
  for (const { toolchain, libc } of [...registry.triples.values()].flatMap(libcOf)) expect(toolchain).toMatch(new RegExp(`-${libc}$`));
});
