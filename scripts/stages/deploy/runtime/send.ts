// Sends a runtime to a board: one stream, as its program is nearly all of it; after a cut it begins again.
import { createReadStream } from "node:fs";
import { PassThrough, pipeline, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { BoardkitError } from "../../../lib/errors.ts";
import { formatSize } from "../../../lib/reporter.ts";
import type { Context } from "../../context.ts";
import { readWrong } from "../board/answers.ts";
import { filesThere, isCut, MOST_CUTS, type Sent } from "../board/send.ts";
import type { Board } from "../board/tool.ts";
import { step } from "../step.ts";
import type { SentRuntime } from "./make.ts";

/** Sends it, lets the board verify every hash, and puts it into its place there. */
export async function sendRuntime(
  board: Board,
  token: string,
  runtime: SentRuntime,
  { gzip, reporter }: Pick<Context, "reporter"> & { gzip: boolean },
): Promise<Sent> {
  const sent: Sent = { files: runtime.entries.length, bytes: 0 };
  await step(reporter, "send", `${runtime.name} to ${board.name}`, async (update) => {
    const count = { unit: "bytes", of: gzip ? runtime.packed.bytes : runtime.bytes };
    for (let cuts = 0; ; cuts += 1) {
      let done = 0;
      const counter = new Transform({
        transform(chunk: Buffer, _encoding, next) {
          done += chunk.length;
          sent.bytes += chunk.length;
          update({ count: { ...count, done: Math.min(done, count.of) } });
          next(undefined, chunk);
        },
      });
      const input = pipeline([createReadStream(runtime.packed.file), gzip ? new PassThrough() : createGunzip(), counter], () => undefined);
      try {
        await board.call("receive", [token, runtime.id], { input: input as unknown as Transform, seconds: 0 });
        return { result: undefined, note: formatSize(sent.bytes) };
      } catch (error) {
        if (!isCut(error) || cuts === MOST_CUTS) throw error;
        // They are sent again, as its program is nearly all of it; but the link must be back.
        await filesThere(board, runtime.id, update);
      }
    }
  });
  await step(reporter, "verify", `${runtime.name} on ${board.name}`, async () => {
    const wrong = await verifyRuntime(board, token, runtime);
    if (wrong.length > 0) throw brokenRuntime(board.name, runtime, wrong, "the service was not touched; deploy again");
    await board.call("adopt", [token, runtime.id]);
    return { result: undefined };
  });
  return sent;
}

/** What is wrong with the files of a runtime on the board. */
export async function verifyRuntime(board: Board, token: string, { id }: SentRuntime): Promise<string[]> {
  return readWrong(await board.call("assemble", [token, id, "-"]));
}

export function brokenRuntime(host: string, { name }: SentRuntime, wrong: string[], fix: string): BoardkitError {
  return new BoardkitError(`the files of ${name} on ${host} are not those that were sent`, {
    code: "RUNTIME_BROKEN",
    place: host,
    tail: wrong.join("\n"),
    fix: `${fix}; the card or the memory of the board may be damaged: look at its kernel log`,
  });
}
