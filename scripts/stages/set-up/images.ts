// Makes the images that `--builder cross` compiles in, on a base that a registry has, or that is made of Debian's packages where none
// is reached.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashValue } from "../../lib/hash.ts";
import type { Image } from "../../model/builder.ts";
import { getToolchain } from "../../model/registry.ts";
import { debianKeyring, findMirror } from "../../tools/packages/apt.ts";
import { isUnreachable, type Engine } from "../../tools/containers/container.ts";
import { run, runOrFail, tailOf } from "../../tools/exec.ts";
import { unmountBelow } from "../../tools/containers/mounts.ts";
import { imageFolder, imageIdFile, imageLog, imageRecipe, imageSuite } from "../../tools/containers/image.ts";
import type { Context } from "../context.ts";
import { fetchItems } from "./fetch.ts";
import { provided } from "../../tools/store/store.ts";

/** What is built upon where nothing else is asked for. */
const DEFAULT_BASE = `debian:${imageSuite}-slim`;
/** What stands for it where no registry is reached. */
const OWN_BASE = `localhost/boardkit/debian:${imageSuite}`;

/** Builds those images that are not there, or are of another recipe or base; without `base` any that an image has will do. */
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
  // A layer that the engine keeps would be that of another day's mirror.
  const anew = context.force ? ["--no-cache"] : [];
  await runOrFail(
    {
      // The host's network: with its own a container in a sandbox may have none.
      argv: [engine.path, "build", "--network=host", ...anew, ...labels, ...args, "--tag", image.name, imageFolder],
      env: engine.env,
      log: imageLog(context.cache, image.name),
      signal: context.signal,
    },
    "IMAGE_FAILED",
    'the base must be a Debian that reaches its mirror; name another with "boardkit": {"containerBase": "<image>"} in package.json',
  );
  context.reporter.done("image", image.name, (performance.now() - started) / 1000);
}

async function idOf(engine: Engine, name: string, { signal }: Context): Promise<string> {
  const argv = [engine.path, "image", "inspect", "--format", "{{.Id}}", name];
  return (await runOrFail({ argv, env: engine.env, signal }, "IMAGE_FAILED")).stdout.trim();
}

async function labelsOf(engine: Engine, name: string, context: Context): Promise<(string | undefined)[]> {
  const format = '{{index .Config.Labels "boardkit.recipe"}} {{index .Config.Labels "boardkit.base"}}';
  const known = await ask(engine, ["image", "inspect", "--format", format, name], context);
  return known.exitCode === 0 ? known.stdout.trim().split(" ") : [];
}

/** The image that others are built upon, fetched or made. */
export async function ensureBase(engine: Engine, base: string | undefined, context: Context): Promise<string> {
  const wanted = base ?? DEFAULT_BASE;
  for (const name of base ? [base] : [wanted, OWN_BASE]) {
    if ((await ask(engine, ["image", "inspect", name], context)).exitCode === 0) return name;
  }
  const pulled = await ask(engine, ["pull", wanted], context);
  if (pulled.exitCode === 0) return wanted;
  const text = pulled.stdout + pulled.stderr;
  if (base !== undefined || !isUnreachable(text)) throw pullError(wanted, text);
  if (process.getuid?.() !== 0) throw pullError(wanted, text, "only root can make a base by debootstrap instead");
  context.reporter.note(`${wanted} cannot be pulled, since no registry is reached: a base is made of Debian's packages`);
  await makeBase(engine, context);
  return OWN_BASE;
}

/** Why an image could not be had. */
function pullError(name: string, text: string, besides?: string): BoardkitError {
  const reason = isUnreachable(text) ? "its registry is not reached" : "its registry does not give it";
  return new BoardkitError([`the image ${name} is not here, and ${reason}`, besides].filter(Boolean).join("; "), {
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
    // debootstrap mounts /proc and /sys there, which an interrupt leaves.
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
  reporter.done("image", OWN_BASE, (performance.now() - started) / 1000, "by debootstrap");
}

const ask = (engine: Engine, args: string[], { signal }: Context) => run({ argv: [engine.path, ...args], env: engine.env, signal });
