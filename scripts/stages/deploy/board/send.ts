// Sends files to a board: one stream of a tar, with the bytes that have gone. After a cut of the link it goes on with what is missing.
import { join } from "node:path";
import { pipeline, Readable, Transform } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { tarOf, type TarEntry } from "../../../lib/archive/tar.ts";
import { BoardkitError } from "../../../lib/errors.ts";
import type { Running } from "../../../lib/reporter.ts";
import { findChanges, type Changes } from "../../../model/deploy/changes.ts";
import { editScript } from "../../../model/deploy/manifest-edit.ts";
import { isFile, MANIFEST, type Entry } from "../../../model/deploy/manifest.ts";
import { readFiles } from "./answers.ts";
import type { Base } from "../plan.ts";
import type { Release } from "../release/release.ts";
import type { Board } from "./tool.ts";

export type Sent = { files: number; bytes: number };

/** Times that an upload begins again after a cut. */
export const MOST_CUTS = 5;
/** Seconds for which an upload waits for a link that is dead: the lock on the board lives a little longer. */
const MOST_WAIT_SECONDS = 100;

/** Errors of ssh that another call may not have. */
export function isCut(error: unknown): boolean {
  return error instanceof BoardkitError && ["SSH_FAILED", "HOST_AWAY", "HOST_REFUSED", "BOARD_ANSWER"].includes(error.code);
}

type Counters = {
  /** Gets bytes of the tar. */ read: (bytes: number) => void;
  /** Gets bytes that go to the board. */ sent: (bytes: number) => void;
};

/** The stream of a tar for a board. An error in it, such as a file that changes, is one of the stream. */
function streamTar(entries: TarEntry[], gzip: boolean, { read, sent }: Counters): Readable {
  const stages = [counter(read), ...(gzip ? [createGzip()] : []), counter(sent)];
  // With a callback the error of any of them ends all of them.
  return pipeline([Readable.from(tarOf(entries), { objectMode: false }), ...stages], () => undefined) as unknown as Readable;
}

function counter(add: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      add(chunk.length);
      done(undefined, chunk);
    },
  });
}

type Input = {
  release: Release;
  /** A release on the board. */
  base: Base | undefined;
  /** Files of the new one that are there. */
  incoming: Entry[];
  gzip: boolean;
  /** Whether what is there already is removed before. */
  fresh?: boolean;
};

/** Sends what a board lacks of a release into its `incoming`. */
export async function sendRelease(
  board: Board,
  token: string,
  { release, base, incoming, gzip, fresh = false }: Input,
  update: Running["update"],
): Promise<Sent> {
  const sent: Sent = { files: 0, bytes: 0 };
  let changes = findChanges(release.entries, base?.entries ?? [], incoming);
  for (let cuts = 0; ; cuts += 1) {
    try {
      const hasManifest = await sendEdit(board, release, base, sent);
      await receive(
        board,
        [token, release.id, ...(fresh && cuts === 0 ? ["new"] : [])],
        { release, changes, gzip, hasManifest },
        sent,
        update,
      );
      sent.files += changes.files.length;
      return sent;
    } catch (error) {
      if (!isCut(error) || cuts === MOST_CUTS) throw error;
      const rest = findChanges(release.entries, base?.entries ?? [], await filesThere(board, release.id, update));
      sent.files += changes.files.length - rest.files.length;
      changes = rest;
    }
  }
}

/** What the board has of a release, as soon as the link is back. */
export async function filesThere(board: Board, id: string, update: Running["update"]): Promise<Entry[]> {
  for (const end = performance.now() + MOST_WAIT_SECONDS * 1000; ;) {
    await board.session.renew();
    try {
      return readFiles(await board.call("files", [id]));
    } catch (error) {
      if (!isCut(error) || performance.now() > end) throw error;
    }
    update({ waitingFor: "the link" });
    await sleep(1000);
  }
}

/** Lets the board make the manifest of the one of the base; returns whether it has. Otherwise the whole manifest is sent. */
async function sendEdit({ shell, folder }: Board, release: Release, base: Base | undefined, sent: Sent): Promise<boolean> {
  if (base?.manifest === undefined) return false;
  const script = Buffer.from(editScript(base.manifest, release.manifest));
  if (script.length > Buffer.byteLength(release.manifest) / 2) return false;
  sent.bytes += script.length;
  const edit = `incoming/${release.id}.edit`;
  const place = `incoming/${release.id}`;
  const words = `cd ${folder} && mkdir -p ${place} && cat >${edit} && sed -f ${edit} releases/${base.id}/${MANIFEST} >${place}/${MANIFEST}; rm -f ${edit}; sha256sum <${place}/${MANIFEST} | cut -c 1-16`;
  return (await shell(words, { input: Readable.from([script]) })).output === release.id;
}

async function receive(
  board: Board,
  args: string[],
  { release, changes, gzip, hasManifest }: { release: Release; changes: Changes; gzip: boolean; hasManifest: boolean },
  sent: Sent,
  update: Running["update"],
): Promise<void> {
  const manifest = hasManifest ? [] : [{ path: MANIFEST, mode: 0o644, bytes: Buffer.from(release.manifest) }];
  const files = [...changes.files, ...changes.links].map((entry) => tarEntry(release.folder, entry));
  // The unpacked size is known before, the packed one is not: the progress is in the former.
  const of = changes.bytes + manifest.reduce((sum, { bytes }) => sum + bytes.length, 0);
  let failed: unknown;
  let unpacked = 0;
  const input = streamTar([...manifest, ...files], gzip, {
    read: (bytes) => {
      unpacked += bytes;
      update({ count: { done: Math.min(unpacked, of), of, unit: "bytes" } });
    },
    sent: (bytes) => (sent.bytes += bytes),
  });
  input.on("error", (error) => (failed = error));
  try {
    await board.call("receive", args, { input, seconds: 0 });
  } catch (error) {
    // The board sees only that the stream ends.
    throw failed ?? error;
  }
}

function tarEntry(folder: string, entry: Entry): TarEntry {
  const { path } = entry;
  return isFile(entry) ? { path, mode: entry.mode, file: join(folder, path), size: entry.size } : { path, mode: 0o777, link: entry.link };
}
