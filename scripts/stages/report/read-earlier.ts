// An earlier report: its page, which has the data embedded, or the JSON of it.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { BoardkitError } from "../../lib/errors.ts";
import { distReport, type DistReport } from "../../model/report/dist-report.ts";

/** The id of the element with the data. */
export const DATA_ID = "boardkit-report";

/** Reads the data of an earlier report; throws if the file has none. */
export async function readEarlier(path: string): Promise<DistReport> {
  if (!existsSync(path))
    throw new BoardkitError("there is no such report", {
      code: "NO_INPUT",
      exit: "usage",
      place: path,
      fix: "name a page or JSON of `boardkit report`",
    });
  const text = await readFile(path, "utf8");
  const embedded = new RegExp(`<script type="application/json" id="${DATA_ID}">([^]*?)</script>`).exec(text)?.[1];
  const { data, error } = distReport.safeParse(parse(embedded ?? text));
  if (!error) return data;
  const [first] = error.issues;
  throw new BoardkitError(`not a report of this version of Boardkit: ${[...(first?.path ?? []), first?.message].join(": ")}`, {
    code: "BAD_REPORT",
    exit: "usage",
    place: path,
    fix: "name a page or JSON of `boardkit report`, written by this version or an earlier one",
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema then says what the file should be: neither a page with data nor JSON.
    return undefined;
  }
}
