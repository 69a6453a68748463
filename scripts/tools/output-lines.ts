// The lines of a program's output while it runs. A progress bar ends its lines with a carriage return.
import { Transform } from "node:stream";

/** Reads a line; true if it is not kept in logs and errors. */
export type LineReader = (line: string) => boolean;

/** Passes on the lines that `read` does not keep for itself. */
export function filterLines(read: LineReader): Transform {
  let rest = "";
  return new Transform({
    decodeStrings: false,
    encoding: "utf8",
    transform(chunk: string | Buffer, _encoding, done) {
      const parts = `${rest}${chunk.toString()}`.split(/(?<=[\r\n])/);
      rest = /[\r\n]$/.test(parts.at(-1) ?? "") ? "" : (parts.pop() ?? "");
      for (const part of parts) if (!read(part.trimEnd())) this.push(part);
      done();
    },
    flush(done) {
      if (rest !== "" && !read(rest)) this.push(rest);
      done();
    },
  });
}
