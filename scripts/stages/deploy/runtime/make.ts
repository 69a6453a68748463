// Makes a runtime that a deploy sends: its files as the board gets them, in the cache, and packed once for all boards.
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { formatOf } from "../../../audit/elf/format.ts";
import { trimElf } from "../../../audit/elf/trim.ts";
import { tarOf, type TarEntry } from "../../../lib/archive/tar.ts";
import { fillFolder } from "../../../lib/paths.ts";
import { reportDone } from "../../../lib/reporter.ts";
import { formatManifest, isFile, MANIFEST, parseManifest, releaseId, type Entry } from "../../../model/deploy/manifest.ts";
import type { RuntimeChoice } from "../../../model/deploy/runtime.ts";
import type { Toolchain } from "../../../model/targets/toolchain.ts";
import type { Triple } from "../../../model/targets/triple.ts";
import { HOST_NAME } from "../../../target-side/host/sources.ts";
import { storeFolder } from "../../../tools/store/store.ts";
import type { Context } from "../../context.ts";
import { fetchItems } from "../../set-up/fetch.ts";
import { listTree, readEntry } from "../release/tree.ts";
import { compileHost, hostKey } from "./host.ts";

/** A runtime that is sent: on the board it is in `runtimes/<id>`, which releases share. */
export type SentRuntime = {
  kind: RuntimeChoice["kind"];
  /** For reports: `Node 22.23.3`. */
  name: string;
  /** Line of Node that addons see; absent for the host. */
  node?: string;
  /** Hash of its manifest, as a release has one. */
  id: string;
  /** Folder in the cache with its files. */
  folder: string;
  manifest: string;
  entries: Entry[];
  /** Bytes of its files. */
  bytes: number;
  /** The files as a tar.gz. */
  packed: { file: string; bytes: number };
  /** Path of the program in it. */
  program: string;
  /** Folder in it with libraries for the program and for addons. */
  libraries?: string;
  libcFrom?: string;
};

/** Part of the name: a change of what is made of a toolchain makes those in the cache useless. */
const REVISION = 1;
const HOST = "bin/host";

/** Makes the runtime, unless the cache has it. */
export async function makeRuntime(choice: RuntimeChoice, target: Triple, context: Context): Promise<SentRuntime> {
  const { cache } = context;
  const key = choice.kind === "node" ? basename(storeFolder(cache, choice.node)) : await hostKey(target, context);
  const place = join(cache, "deploy", "runtimes", `${key}-${REVISION}`);
  const name = choice.kind === "node" ? `Node ${choice.node.version}` : HOST_NAME;
  if (!existsSync(place)) {
    if (choice.kind === "node") await fetchItems([choice.node.id], context);
    await mkdir(dirname(place), { recursive: true });
    await reportDone(context.reporter, "set-up", `${name} for ${target.triple}`, () =>
      fillFolder(place, async (folder) => {
        const files = join(folder, FILES);
        if (choice.kind === "node") await copyNode(cache, choice.node, files);
        else await compileHost(target, join(files, HOST), context);
        await pack(files, join(folder, PACKED));
      }),
    );
  }
  const folder = join(place, FILES);
  const manifest = await readFile(join(folder, MANIFEST), "utf8");
  const entries = parseManifest(manifest);
  const file = join(place, PACKED);
  const { provides } = choice.kind === "node" ? choice.node : { provides: { node: HOST, libraries: undefined } };
  return {
    kind: choice.kind,
    name,
    id: releaseId(manifest),
    folder,
    manifest,
    entries,
    bytes: entries.filter(isFile).reduce((sum, { size }) => sum + size, 0),
    packed: { file, bytes: (await stat(file)).size },
    program: provides.node ?? "",
    ...(provides.libraries === undefined ? {} : { libraries: provides.libraries }),
    ...(choice.kind === "node" ? { node: choice.node.version.split(".")[0] ?? "" } : {}),
    ...(choice.kind === "node" && choice.libcFrom !== undefined ? { libcFrom: choice.libcFrom } : {}),
  };
}

const FILES = "files";
const PACKED = "files.tar.gz";

/** Copies what runs of a Node in the store: the program, and the libraries that come with it. Their paths stay: it looks for them. */
async function copyNode(cache: string, node: Toolchain, to: string): Promise<void> {
  const from = storeFolder(cache, node);
  const { node: program = "", libraries } = node.provides;
  for (const path of [program, ...(libraries === undefined ? [] : await listTree(from, libraries))]) {
    const entry = await readEntry(from, path);
    const file = join(to, path);
    await mkdir(dirname(file), { recursive: true });
    if (!isFile(entry)) {
      await symlink(entry.link, file);
      continue;
    }
    const bytes = await readFile(join(from, path));
    await writeFile(file, formatOf(bytes) === "elf" ? trimElf(bytes, path) : bytes, { mode: path === program ? 0o755 : entry.mode });
  }
}

/** Writes the manifest of a folder, and packs both. */
async function pack(folder: string, to: string): Promise<void> {
  const entries = await Promise.all((await listTree(folder, "")).map((path) => readEntry(folder, path)));
  const manifest = formatManifest(entries);
  await writeFile(join(folder, MANIFEST), manifest);
  const tar: TarEntry[] = parseManifest(manifest).map((entry) =>
    isFile(entry)
      ? { path: entry.path, mode: entry.mode, size: entry.size, file: join(folder, entry.path) }
      : { path: entry.path, mode: 0o777, link: entry.link },
  );
  const all = [{ path: MANIFEST, mode: 0o644, bytes: Buffer.from(manifest) }, ...tar];
  await pipeline(Readable.from(tarOf(all), { objectMode: false }), createGzip(), createWriteStream(to));
}
