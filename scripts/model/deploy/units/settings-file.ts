// The file `settings` beside the launcher: what the launcher and the tool read of a service. Pure.
import { shellQuote } from "../../../lib/shell-word.ts";
import { OOM_SCORE_ADJUST, WRITTEN_BY, type Service, type ServiceKind } from "./service.ts";

/** Service managers that keep no output: the launcher sends it to the system's log. */
const WITHOUT_LOG = new Set<ServiceKind>(["openrc", "busybox"]);

/** The text: assignments of a POSIX shell. */
export function settingsText(service: Service, kind: ServiceKind): string {
  const { app, folder, data, user, memoryMax, services } = service;
  const values: Record<string, string | undefined> = {
    app,
    kind,
    // Also by default, so that one from before does not stay.
    data: data ?? `${folder}/data`,
    user,
    cap: memoryMax === undefined ? undefined : String(memoryMax),
    oom: String(OOM_SCORE_ADJUST),
    log: WITHOUT_LOG.has(kind) ? "syslog" : undefined,
    services: kind === "runit" ? services : undefined,
  };
  const lines = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${shellQuote(value)}`]));
  return [WRITTEN_BY, ...lines, ""].join("\n");
}
