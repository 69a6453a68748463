// The two scripts of `boardkit deploy` that run on a board, each one file of a POSIX shell put together from files by topic.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hashBytes } from "../../lib/hash.ts";
import { packageRoot } from "../../lib/paths.ts";

/** Functions before their users; the last file runs. */
const LAUNCHER = ["common", "failure", "places", "limits", "start"];
const TOOL = ["common", "failure", "places", "limits", "lock", "files", "receive", "place", "service", "switch", "state", "remove", "tool"];

/** A script, and the first 16 hexadecimal digits of its sha256. */
export type BoardScript = { text: string; hash: string };

/** The launcher: `start` in the app's folder. */
export function readLauncher(): BoardScript {
  return compose(LAUNCHER);
}

/** The tool: `tool-<hash>` in the app's folder. */
export function readTool(): BoardScript {
  return compose(TOOL);
}

function compose(names: string[]): BoardScript {
  const parts = names.map((name) => readFileSync(join(packageRoot, "scripts/target-side/deploy", `${name}.sh`), "utf8"));
  const text = ["#!/bin/sh\n", ...parts].join("\n");
  return { text, hash: hashBytes(text).slice(0, 16) };
}
