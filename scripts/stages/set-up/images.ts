// Builds the images that `--builder cross` compiles in. Their base comes from a registry, or from debootstrap if no registry can be
// reached.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashValue } from "../../lib/hash.ts";
import { whileRunning } from "../../lib/reporter.ts";
import type { Image } from "../../model/builder.ts";
import { getToolchain } from "../../model/registry.ts";
import { debianKeyring, findMirror } from "../../tools/packages/apt.ts";
import type { Engine } from "../../tools/containers/container.ts";
import { isUnreachable } from "../../tools/containers/engine-fault.ts";
import { run, runOrFail, tailOf } from "../../tools/exec.ts";
import { unmountBelow } from "../../tools/containers/mounts.ts";
import { imageFolder, imageIdFile, imageLog, imageRecipe, imageSuite } from "../../tools/containers/image.ts";
import type { Context } from "../context.ts";
import { stepKey } from "../times.ts";
import { fetchItems } from "./fetch.ts";
import { provided } from "../../tools/store/store.ts";

/** The base if the project sets none. */
const DEFAULT_BASE = `debian:${imageSuite}-slim`;
/** Its replacement if no registry can be reached. */
const OWN_BASE = `localhost/boardkit/debian:${imageSuite}`;

/** Builds images that are missing, or have another recipe or base. Without `base` an image may have any base. */
export async function ensureImages(engine: Engine, images: Image[], base: string | undefined, context: Context): Promise<void> {
  await mkdir(join(context.cache, "containers"), { recursive: true });
  for (const image of images) {
    await ensureImage(engine, image, base, context);
    await writeFile(imageIdFile(context.cache, image.name), await idOf(engine, image.name, context));
  }
}

async function ensureImage(engine: Engine, image: Image, base: string | undefined, context: Context): Promise<void> {
  const recipe = hashValue([await readFile(imageRecipe, "utf8"), image.packages]).slice(0, 12);
  const [builtRecipe, builtBase] = await labelsOf(engine, image.name, context);
  if (!context.force && builtRecipe === recipe && (base === undefined || base === builtBase)) return;
  const from = await ensureBase(engine, base, context);
  context.reporter.note(`image ${image.name} on ${from}`);
  const started = performance.now();
  const labels = [`boardkit.recipe=${recipe}`, `boardkit.base=${from}`].flatMap((label) => ["--label", label]);
  const args = [`BASE=${from}`, `PACKAGES=${image.packages.join(" ")}`].flatMap((value) => ["--build-arg", value]);
  // The engine's cached layers may have outdated packages.
  const noCache = context.force ? ["--no-cache"] : [];
  await whileRunning(context.reporter, ["image", image.name, { key: stepKey("image", image.name, "") }], () =>
    runOrFail(
      {
        // The host's network: in a sandbox a container with its own network may not reach any host.
        argv: [engine.path, "build", "--network=host", ...noCache, ...labels, ...args, "--tag", image.name, imageFolder],
        env: engine.env,
        log: imageLog(context.cache, image.name),
        signal: context.signal,
      },
      "IMAGE_FAILED",
      'the base must be a Debian that reaches its mirror; name another with "boardkit": {"containerBase": "<image>"} in package.json',
    ),
  );
  context.reporter.done("image", image.name, (performance.now() - started) / 1000);
}

async function idOf(engine: Engine, name: string, { signal }: Context): Promise<string> {
  const argv = [engine.path, "image", "inspect", "--format", "{{.Id}}", name];
  return (await runOrFail({ argv, env: engine.env, signal }, "IMAGE_FAILED")).stdout.trim();
}

async function labelsOf(engine: Engine, name: string, context: Context): Promise<(string | undefined)[]> {
  const format = '{{index .Config.Labels "boardkit.recipe"}} {{index .Config.Labels "boardkit.base"}}';
  const inspected = await runEngine(engine, ["image", "inspect", "--format", format, name], context);
  return inspected.exitCode === 0 ? inspected.stdout.trim().split(" ") : [];
}

/** Finds, pulls or makes the base of the images; returns its name. */
export async function ensureBase(engine: Engine, base: string | undefined, context: Context): Promise<string> {
  const requested = base ?? DEFAULT_BASE;
  for (const name of base ? [base] : [requested, OWN_BASE]) {
    if ((await runEngine(engine, ["image", "inspect", name], context)).exitCode === 0) return name;
  }
  const pulled = await runEngine(engine, ["pull", requested], context);
  if (pulled.exitCode === 0) return requested;
  const text = pulled.stdout + pulled.stderr;
  if (base !== undefined || !isUnreachable(text)) throw pullError(requested, text);
  if (process.getuid?.() !== 0) throw pullError(requested, text, "only root can make a base with debootstrap instead");
  context.reporter.note(`${requested} cannot be pulled: no registry can be reached; debootstrap makes a base from Debian's packages`);
  await makeBase(engine, context);
  return OWN_BASE;
}

function pullError(name: string, text: string, hint?: string): BoardkitError {
  const reason = isUnreachable(text) ? "its registry cannot be reached" : "its registry does not serve it";
  return new BoardkitError([`the image ${name} is not on this machine, and ${reason}`, hint].filter(Boolean).join("; "), {
    code: "IMAGE_MISSING",
    exit: "toolMissing",
    tail: tailOf(text),
    fix: 'load it by hand, name another with "boardkit": {"containerBase": "<image>"} in package.json, or use --builder zig',
  });
}

async function makeBase(engine: Engine, context: Context): Promise<void> {
  const { cache, registry, reporter, signal } = context;
  await fetchItems(["debootstrap"], context);
  const started = performance.now();
  const place = join(cache, "containers", `debian-${imageSuite}`);
  const folder = `${place}-${process.pid}`;
  const archive = `${folder}.tar`;
  const item = getToolchain(registry, "debootstrap");
  const clean = async () => {
    // debootstrap mounts /proc and /sys there, and does not unmount them on an interrupt.
    await unmountBelow(folder);
    await Promise.all([folder, archive].map((path) => rm(path, { recursive: true, force: true })));
  };
  await clean();
  await mkdir(folder, { recursive: true });
  try {
    const options = ["--variant=minbase", "--include=ca-certificates", `--keyring=${debianKeyring}`];
    const argv = [provided(cache, item, "debootstrap"), ...options, imageSuite, folder, await findMirror()];
    const env = { DEBOOTSTRAP_DIR: provided(cache, item, "functions") };
    await runOrFail({ argv, env, log: `${place}.log`, signal }, "IMAGE_FAILED", "Debian's mirror must be reachable, and wget installed");
    await runOrFail({ argv: ["tar", "-C", folder, "-cf", archive, "."], signal }, "IMAGE_FAILED");
    await runOrFail({ argv: [engine.path, "import", archive, OWN_BASE], env: engine.env, signal }, "IMAGE_FAILED");
  } finally {
    await clean();
  }
  reporter.done("image", OWN_BASE, (performance.now() - started) / 1000, "with debootstrap");
}

const runEngine = (engine: Engine, args: string[], { signal }: Context) => run({ argv: [engine.path, ...args], env: engine.env, signal });
