// The changes to the engine's main file, as data in engine/changes.json. Pure.
import { BoardkitError } from "../../lib/errors.ts";
import data from "./engine/changes.json" with { type: "json" };

/** The text of quickjs.c with the changes; one that does not fit is an error, so that another version cannot lose one. */
export function changeEngine(text: string, changes: readonly { from: string; to: string; times: number }[] = data.changes): string {
  return changes.reduce((changed, { from, to, times }) => {
    const parts = changed.split(from);
    if (parts.length === times + 1) return parts.join(to);
    throw new BoardkitError(`quickjs.c has ${JSON.stringify(from)} ${parts.length - 1} times, expected ${times}`, {
      code: "BAD_DATA",
      place: "scripts/target-side/host/engine/changes.json",
      fix: "adapt that change to the pinned version of quickjs-ng in targets/toolchains/quickjs.json",
    });
  }, text);
}
