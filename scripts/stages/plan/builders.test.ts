// The choice of builders: by the request, the target's preference, and the tools of the machine.
import { expect, test } from "vitest";
import { selectTriples } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { chooseBuilder, chooseBuilders, examineBuilders, linkerOf, obstacleOf, requireEngine, type HostBuilders } from "./builders.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const named = (triple: string) => registry.triples.get(triple) as Triple;
const gnu = named("armv7-unknown-linux-gnueabihf");
const musl = named("armv7-unknown-linux-musleabihf");
const own = named("x86_64-unknown-linux-gnu");
const host: HostBuilders = { host: "x86_64-unknown-linux-gnu", obstacles: {} };
const without = (...names: ("zig" | "cross")[]): HostBuilders => ({
  ...host,
  obstacles: Object.fromEntries(names.map((name) => [name, { reason: `no ${name} here`, fix: `get ${name}` }])),
});

test("auto takes the first builder that can build, with the reasons against those before it", () => {
  expect(chooseBuilder(gnu, host, "auto")).toEqual({ name: "zig", because: "the first builder that can" });
  // zig makes the stubs of glibc for every linker except the host's own.
  expect(chooseBuilder(gnu, without("zig"), "auto")).toMatchObject({
    reason: expect.stringMatching(/zig: no zig here; cross: no zig here; gcc: no zig here; native: it builds only for x86_64/),
    fix: expect.stringContaining("get zig"),
  });
  expect(chooseBuilder(own, without("zig"), "auto")).toMatchObject({
    name: "native",
    because: expect.stringContaining("the first builder that can; zig cannot: no zig here"),
  });
  expect(() => chooseBuilders([musl], without("zig"), "auto")).toThrow(/^no builder can build this: /);
  expect(chooseBuilders([own, musl], without("zig"), "auto").unfit).toEqual([
    { target: musl.triple, reason: expect.stringMatching(/^no builder can build it: /) },
  ]);
});

test("a target's preferred builder comes first, unless it cannot build", () => {
  const preferring: Triple = { ...gnu, builder: { name: "cross", why: "its C code wants GNU ld" } };
  expect(chooseBuilder(preferring, host, "auto")).toEqual({ name: "cross", because: "the target prefers it: its C code wants GNU ld" });
  expect(chooseBuilder(preferring, without("cross"), "auto")).toMatchObject({ name: "zig" });
  expect(chooseBuilder(preferring, host, "gcc")).toEqual({ name: "gcc", because: "requested with --builder" });
});

test("the reasons against gcc: musl, ARMv6, a host without a cross gcc", () => {
  expect(obstacleOf("gcc", musl, host)?.reason).toContain("Debian has no cross gcc for musl");
  expect(obstacleOf("gcc", named("arm-unknown-linux-gnueabihf"), host)?.reason).toContain("ARMv7 code");
  expect(obstacleOf("gcc", own, host)).toBeUndefined();
  expect(obstacleOf("gcc", own, { ...host, host: "aarch64-unknown-linux-gnu" })).toMatchObject({
    reason: expect.stringContaining("x86_64 on the host aarch64-unknown-linux-gnu"),
    fix: expect.stringContaining("--builder cross"),
  });
});

test("targets that the builder cannot build are skipped with the reason; without other targets it is an error with the fix", () => {
  const { chosen, unfit } = chooseBuilders([gnu, musl], host, "gcc");
  expect(chosen.map(([target, { name }]) => [target.triple, name])).toEqual([[gnu.triple, "gcc"]]);
  expect(unfit).toEqual([
    { target: musl.triple, reason: expect.stringContaining("the gcc builder cannot build it: Debian has no cross gcc") },
  ]);
  expect(() => chooseBuilders([musl], host, "gcc")).toThrow(
    expect.objectContaining({
      code: "BUILDER_UNFIT",
      exit: "usage",
      details: expect.objectContaining({ fix: expect.stringContaining("zig") }),
    }),
  );
  expect(() => chooseBuilders([gnu, musl], without("cross"), "cross")).toThrow(
    expect.objectContaining({ code: "BUILDER_UNFIT", exit: "toolMissing", message: expect.stringContaining("no cross here") }),
  );
});

test("a container engine is looked for on the search path, unless it is known", async () => {
  const look = { searchPath: "/nowhere", engines: {} };
  const engine = { name: "podman", path: "/podman", env: {} };
  const examine = (search: typeof look & { engine?: typeof engine }) =>
    examineBuilders(host.host, { builder: "cross", targets: [gnu] }, search, quietContext());
  expect((await examine(look)).obstacles.cross?.reason).toContain("not on the PATH");
  await expect(requireEngine(look, quietContext())).rejects.toMatchObject({ code: "NO_ENGINE", exit: "toolMissing" });
  expect(await examine({ ...look, engine })).toMatchObject({ ...host, engine });
  expect(await requireEngine({ ...look, engine }, quietContext())).toBe(engine);
});

test("the native builder has a note about the audit if the host's glibc is above the floor", () => {
  const newer = { ...host, glibc: "2.36" };
  const note = "it links against this machine's glibc 2.36, and the audit refuses a file that needs more than 2.17";
  expect(chooseBuilder(own, newer, "native")).toEqual({ name: "native", because: "requested with --builder", note });
  expect(chooseBuilder(own, { ...without("zig"), glibc: "2.36" }, "auto")).toMatchObject({ name: "native", note });
  expect(chooseBuilder(own, newer, "zig")).toEqual({ name: "zig", because: "requested with --builder" });
  expect(chooseBuilder(own, { ...host, glibc: "2.17" }, "native")).toEqual({ name: "native", because: "requested with --builder" });
  const muslHost = { ...host, host: "x86_64-unknown-linux-musl" };
  expect(chooseBuilder(named("x86_64-unknown-linux-musl"), muslHost, "native")).not.toHaveProperty("note");
});

test("in a container gcc links if the target has one, else zig", () => {
  const linkers = selectTriples(registry, []).map((target) => [target.triple, linkerOf("cross", target)]);
  expect(Object.fromEntries(linkers)).toEqual({
    "aarch64-unknown-linux-gnu": "gcc",
    "aarch64-unknown-linux-musl": "zig",
    "arm-unknown-linux-gnueabihf": "zig",
    "arm-unknown-linux-musleabihf": "zig",
    "armv7-unknown-linux-gnueabihf": "gcc",
    "armv7-unknown-linux-musleabihf": "zig",
    "x86_64-unknown-linux-gnu": "gcc",
    "x86_64-unknown-linux-musl": "zig",
  });
});
