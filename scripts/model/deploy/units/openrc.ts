// The init script for OpenRC, as on Alpine. Pure.
import { shellQuote } from "../../../lib/shell-word.ts";
import { launcherOf, nameOf, WRITTEN_BY, type Service, type ServiceFile } from "./service.ts";

/** supervise-daemon starts the program again without end; respawn_max=0 switches its limit off. */
export function openrcFiles(service: Service): ServiceFile[] {
  const text = [
    "#!/sbin/openrc-run",
    WRITTEN_BY,
    `description=${shellQuote(service.description)}`,
    "supervisor=supervise-daemon",
    `command=${shellQuote(launcherOf(service))}`,
    "respawn_delay=1",
    "respawn_max=0",
    "retry=TERM/10/KILL/5",
    "",
    "depend() {",
    "  need localmount",
    "  after net",
    "}",
    "",
  ].join("\n");
  return [{ path: `/etc/init.d/${nameOf(service)}`, mode: 0o755, text }];
}
