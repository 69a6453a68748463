// The service of an app on a board: the texts for its service manager, and the launcher.
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { tarOf } from "../../../lib/archive/tar.ts";
import { BoardkitError } from "../../../lib/errors.ts";
import { hashBytes } from "../../../lib/hash.ts";
import { bytesOf, type DeploySettings } from "../../../model/deploy/settings.ts";
import { serviceFiles, type ServiceKind } from "../../../model/deploy/units/units.ts";
import type { ProbeReport } from "../../../model/probe/facts.ts";
import { readPackageJson } from "../../../model/project.ts";
import { readLauncher } from "../../../target-side/deploy/scripts.ts";
import { textOf, type Inventory } from "./answers.ts";
import type { App, Connected } from "./connect.ts";

/** What keeps the program running: by the settings, else the board's init. */
export function serviceOf({ service }: DeploySettings, { host, machine }: Pick<ProbeReport, "host" | "machine">): ServiceKind {
  if (service !== undefined) return service;
  const { init } = machine;
  if (init !== "sysvinit" && init !== "other") return init;
  throw new BoardkitError(`the init of ${host} is none that Boardkit writes services for`, {
    code: "NO_SERVICE",
    place: host,
    fix: "install runit or openrc there, and name it in `boardkit.deploy.service`",
  });
}

/** Hashes that tell whether a board has the service already. */
const SEEN = 3;

/** Brings the service's files to the board, and enables it; returns whether one has changed. The release is none of them. */
export async function installService(
  { board, report, places }: Connected,
  token: string,
  app: App,
  inventory: Inventory,
): Promise<boolean> {
  const { memoryMax, user, services } = app.settings;
  const { description } = readPackageJson(app.project);
  const service = {
    app: app.name,
    description: typeof description === "string" && description !== "" ? description : app.name,
    folder: board.folder,
    data: places.data,
    ...(user === undefined ? {} : { user }),
    ...(memoryMax === undefined ? {} : { memoryMax: bytesOf(memoryMax) }),
    ...(services === undefined ? {} : { services }),
  };
  const files = serviceFiles(service, serviceOf(app.settings, report), readLauncher().text);
  const hashes = new Set(files.map(({ text }) => hashBytes(text)));
  const isThere = inventory.installed.length === SEEN && inventory.installed.every((one) => hashes.has(one));
  if (isThere && inventory.isRunning) return false;
  const entries = files.map(({ path, mode, text }) => ({ path: path.replace(/^\//, ""), mode, bytes: Buffer.from(text) }));
  const tar = await buffer(tarOf(entries));
  const bytes = report.machine.commands.includes("gzip") ? gzipSync(tar) : tar;
  const records = await board.call("install", [token], { input: Readable.from([bytes]) });
  return textOf(records, "installed") === "changed";
}
