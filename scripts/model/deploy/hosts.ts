// The hosts of a deploy: those of the settings by name or group, and others as ssh takes them. Pure.
import { BoardkitError } from "../../lib/errors.ts";
import type { DeploySettings } from "./settings.ts";

export type DeployHost = {
  /** As the user names it. */
  name: string;
  /** As ssh takes it. */
  ssh: string;
  /** Board that it must be. */
  board?: string;
};

/** The hosts that arguments name, each once; without arguments all of the settings. */
export function chooseHosts(given: string[], { hosts }: Pick<DeploySettings, "hosts">): DeployHost[] {
  const known = Object.entries(hosts).map(([name, one]): DeployHost & { groups: string[] } => ({
    name,
    ssh: one.ssh ?? name,
    groups: one.groups,
    ...(one.board === undefined ? {} : { board: one.board }),
  }));
  if (given.length === 0 && known.length === 0)
    throw new BoardkitError("no host is named", {
      code: "USAGE",
      exit: "usage",
      fix: 'name one as ssh takes it, for example pi@kitchen\nor list them in package.json: "boardkit": {"deploy": {"hosts": {"kitchen": {"ssh": "pi@kitchen"}}}}',
    });
  const chosen = given.flatMap((word): DeployHost[] => {
    const named = known.filter(({ name }) => name === word);
    if (named.length > 0) return named;
    const grouped = known.filter(({ groups }) => groups.includes(word));
    return grouped.length > 0 ? grouped : [{ name: word, ssh: word }];
  });
  const all = given.length === 0 ? known : chosen;
  return [...new Map(all.map(({ name, ssh, board }) => [name, { name, ssh, ...(board === undefined ? {} : { board }) }])).values()];
}
