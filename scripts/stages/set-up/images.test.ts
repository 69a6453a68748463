// Container images: the error for one that is not available has the fix.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createReporter } from "../../lib/progress/create-reporter.ts";
import { plainRenderer } from "../../lib/progress/renderer.ts";
import { noTimes } from "../../lib/progress/times.ts";
import type { Plan } from "../../model/plan.ts";
import { imageFor, imageIdFile, imagesFor } from "../../tools/containers/image.ts";
import type { Context } from "../context.ts";
import { ensureBase, ensureImages } from "./images.ts";
import { setUpBuilders } from "./builders.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { loadRegistry } from "../../model/read-registry.ts";

/** An engine that is a shell script, and a context for it. */
function engineOf(script: string) {
  const cache = temporaryFolder();
  const path = join(cache, "podman");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const notes: string[] = [];
  const context: Context = {
    registry: loadRegistry(),
    cache,
    reporter: createReporter(plainRenderer((text) => notes.push(text))),
    times: noTimes,
    signal: new AbortController().signal,
    jobs: 1,
    keepGoing: false,
    force: false,
  };
  return { engine: { name: "podman", path, env: {} }, context, notes };
}

test("a missing image of a registry that cannot be reached", async () => {
  const { engine, context } = engineOf('[ "$1" = pull ] && echo "dial tcp: lookup registry.example: no such host" >&2; exit 1');
  await expect(ensureBase(engine, "registry.example/debian", context)).rejects.toThrow(
    expect.objectContaining({
      code: "IMAGE_MISSING",
      exit: "toolMissing",
      message: "the image registry.example/debian is not on this machine, and its registry cannot be reached",
      details: expect.objectContaining({
        fix: expect.stringContaining("containerBase"),
        tail: expect.stringContaining("no such host"),
      }),
    }),
  );
});

test("an image that its registry does not have", async () => {
  const { engine, context } = engineOf('[ "$1" = pull ] && echo "manifest unknown" >&2; exit 1');
  await expect(ensureBase(engine, undefined, context)).rejects.toThrow(
    expect.objectContaining({
      message: expect.stringContaining("debian:bookworm-slim is not on this machine, and its registry does not serve it"),
    }),
  );
});

/** Records its builds. Its image has the labels of the last build, and the number of builds as its id. */
const BUILDING = `cd "$(dirname "$0")"
[ "$1" = build ] && echo "$*" > built && echo >> builds && for word; do case "$word" in boardkit.*=*) echo "\${word#*=}";; esac; done > labels
[ "$4" = "{{.Id}}" ] && { wc -l < builds; exit; }
[ "$3" = --format ] && { [ -f labels ] || exit 1; tr '\\n' ' ' < labels; }
exit 0`;

test("an image with the labels of its recipe is not built again, unless with force", async () => {
  const { engine, context } = engineOf(BUILDING);
  const target = context.registry.triples.get("aarch64-unknown-linux-musl");
  if (!target) throw new TypeError("no such target");
  const built = join(context.cache, "built");
  const builds = async (work: Promise<void>) => {
    rmSync(built, { force: true });
    await work;
    return existsSync(built) ? readFileSync(built, "utf8") : undefined;
  };
  const images = [imageFor(target, [])];
  const id = () => readFileSync(imageIdFile(context.cache, images[0]?.name ?? ""), "utf8");
  expect(await builds(ensureImages(engine, images, undefined, context))).not.toContain("--no-cache");
  expect(await builds(ensureImages(engine, images, undefined, context))).toBeUndefined();
  expect(await builds(ensureImages(engine, images, "debian:bookworm-slim", context))).toBeUndefined();
  // Steps that run in the image depend on the file of its id.
  expect(id()).toBe("1");
  expect(await builds(ensureImages(engine, images, "debian:trixie-slim", context))).toContain("BASE=debian:trixie-slim");
  expect(id()).toBe("2");
  expect(await builds(ensureImages(engine, images, undefined, { ...context, force: true }))).toContain("--no-cache");
  // --force applies to steps, not to images.
  const plan = { targets: [{ target, linker: "zig", wrappers: [], image: images[0] }] } as unknown as Plan;
  expect(await builds(setUpBuilders(plan, { host: "", obstacles: {}, engine }, undefined, { ...context, force: true }))).toBeUndefined();
});

test("the error of a recipe that fails has its log", async () => {
  const { engine, context, notes } = engineOf(
    '[ "$1 $2" = "image inspect" ] && [ "$3" = debian:bookworm-slim ] && exit 0; [ "$1" = build ] && echo "no mirror" && exit 7; exit 1',
  );
  const images = imagesFor([...context.registry.triples.values()], []);
  expect(images.map(({ packages }) => packages.join(" ")).toSorted()).toEqual([
    "",
    "g++-aarch64-linux-gnu",
    "g++-arm-linux-gnueabihf",
    "g++-x86-64-linux-gnu",
  ]);
  await expect(ensureImages(engine, images, undefined, context)).rejects.toThrow(
    expect.objectContaining({ code: "IMAGE_FAILED", details: expect.objectContaining({ tail: "no mirror" }) }),
  );
  expect(notes.join("")).toContain("on debian:bookworm-slim");
});

test("an image with packages of the project has a separate name", () => {
  const target = loadRegistry().triples.get("aarch64-unknown-linux-gnu");
  if (!target) throw new TypeError("no such target");
  const [plain, two, reordered, single] = [[], ["cmake", "nasm"], ["nasm", "cmake"], ["cmake"]].map((names) => imageFor(target, names));
  expect(plain).toEqual({ name: "localhost/boardkit/aarch64-linux-gnu:bookworm", packages: ["g++-aarch64-linux-gnu"] });
  expect(two).toEqual({
    name: expect.stringMatching(/^localhost\/boardkit\/aarch64-linux-gnu:bookworm-[0-9a-f]{12}$/),
    packages: ["g++-aarch64-linux-gnu", "cmake", "nasm"],
  });
  expect(reordered).toEqual(two);
  expect(single?.name).not.toBe(two?.name);
});
