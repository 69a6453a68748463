// Where an app is on a board: its small files, its releases, its data. Pure.
import { BoardkitError } from "../../lib/errors.ts";
import type { DeploySettings } from "./settings.ts";

export type AppPlaces = {
  /** Folder of the app: launcher, settings, the files that say which release counts; and the releases, unless they are in memory. */
  folder: string;
  /** Folder of the program's data. */
  data: string;
  /** Folder of the releases, if they are in memory and gone after a boot. */
  memory?: string;
};

/** The places by the settings; an error if one of them is in another, whose files come and go. */
export function placesOf(app: string, settings: Pick<DeploySettings, "folder" | "data" | "volatile">): AppPlaces {
  const folder = settings.folder ?? `/opt/boardkit/${app}`;
  const data = settings.data ?? `${folder}/data`;
  const { volatile } = settings;
  const memory = volatile === false ? undefined : volatile === true ? `/tmp/boardkit/${app}` : volatile;
  if (settings.data !== undefined && data !== `${folder}/data`) {
    if (overlap(data, folder)) throw refuse("data", data, `folder of the app, ${folder}`);
    if (memory !== undefined && overlap(data, memory)) throw refuse("data", data, `folder in memory, ${memory}`);
  }
  if (memory === undefined) return { folder, data };
  if (overlap(memory, folder)) throw refuse("volatile", memory, `folder of the app, ${folder}`);
  return { folder, data, memory };
}

/** Whether one of two folders is the other or in it. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => `${path.replace(/\/+$/, "")}/`) as [string, string];
  return a.startsWith(b) || b.startsWith(a);
}

function refuse(key: string, path: string, other: string): BoardkitError {
  return new BoardkitError(`\`boardkit.deploy.${key}\` is ${path}: that and the ${other} may not be in each other`, {
    code: "USAGE",
    exit: "usage",
    fix: "name a folder beside it",
  });
}
