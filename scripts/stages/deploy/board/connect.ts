// A connection to a host, what it is, and the folder of the app there.
import { BoardkitError } from "../../../lib/errors.ts";
import type { DeployHost } from "../../../model/deploy/hosts.ts";
import { placesOf, type AppPlaces } from "../../../model/deploy/places.ts";
import type { DeploySettings } from "../../../model/deploy/settings.ts";
import type { ProbeReport } from "../../../model/probe/facts.ts";
import { createSession } from "../../../tools/ssh-session.ts";
import type { Context } from "../../context.ts";
import { probeHost, readProbe } from "../../probe/probe.ts";
import type { BoardScript } from "../../../target-side/deploy/scripts.ts";
import { createBoard, type Board } from "./tool.ts";

type Ssh = { config: string | undefined; trust: boolean };

/** What every command about a deployed app needs. */
export type App = {
  name: string;
  /** Folder of the project. */
  project: string;
  settings: DeploySettings;
  ssh: Ssh;
  env: NodeJS.ProcessEnv;
  tool: BoardScript;
};

export type Connected = { board: Board; report: ProbeReport; places: AppPlaces };

/** Commands of a board that the tool cannot do without. */
const NEEDED = ["tar", "sha256sum", "awk", "sed", "mv", "df"];

/** Works with a connection to a host, and ends it; `create`: the app may be new there. */
export async function withBoard<T>(
  host: DeployHost,
  app: App,
  context: Context,
  work: (connected: Connected) => Promise<T>,
  create = false,
): Promise<T> {
  const places = placesOf(app.name, app.settings);
  const session = createSession({ name: host.ssh, config: app.ssh.config, trust: app.ssh.trust }, app.env, context.signal);
  try {
    const { folder } = places;
    const probe = await readProbe(folder);
    const report = await probeHost(session.host, context, { run: session.run, kept: probe.path });
    const { machine, hostKey } = report;
    if (hostKey !== undefined) context.reporter.note(`the key of ${host.name} is now known: ${hostKey}`);
    const lacking = NEEDED.filter((name) => !machine.commands.includes(name));
    if (lacking.length > 0)
      throw new BoardkitError(`${host.name} lacks ${lacking.join(", ")}`, {
        code: "BOARD_LACKS",
        place: host.name,
        fix: "install busybox, or coreutils, tar and gawk",
      });
    const board = createBoard(session, { name: host.name, folder, root: machine.root, tool: app.tool, probe, create });
    return await work({ board, report, places });
  } catch (error) {
    throw withKnownHosts(error, host, app.settings.hosts);
  } finally {
    await session.end();
  }
}

/** A name that ssh does not know may be meant for one of the settings. */
function withKnownHosts(error: unknown, { name }: DeployHost, hosts: DeploySettings["hosts"]): unknown {
  if (!(error instanceof BoardkitError) || error.code !== "HOST_UNKNOWN" || name in hosts) return error;
  const groups = [...new Set(Object.values(hosts).flatMap((one) => one.groups))];
  const known = [...Object.keys(hosts), ...groups].join(", ");
  if (known === "") return error;
  return new BoardkitError(error.message, {
    ...error.details,
    code: error.code,
    fix: `${error.details.fix}\nhosts and groups of boardkit.deploy.hosts: ${known}`,
  });
}

/** Refuses a machine that is another board than the settings say. */
export function requireBoard({ name, board }: DeployHost, { fit, machine }: ProbeReport): void {
  if (board === undefined) return;
  const found = fit.board.name;
  if (found !== undefined && (found === board || found.split("@")[0] === board)) return;
  throw new BoardkitError(`${name} is ${found ?? machine.model ?? "another machine"}, and not ${board} as the settings say`, {
    code: "OTHER_BOARD",
    place: name,
    tail: fit.board.differs.join("\n"),
    fix: `check the address; \`boardkit probe\` says what it is, and \`boardkit.deploy.hosts.${name}.board\` what it must be`,
  });
}
