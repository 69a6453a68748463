// The line for busybox init, as on a system of Buildroot. Pure.
import { shellQuote } from "../../../lib/shell-word.ts";
import { launcherOf, type Service, type ServiceFile } from "./service.ts";

/** The tool puts this line into /etc/inittab; init runs it again whenever it ends. */
export function busyboxFiles(service: Service): ServiceFile[] {
  const launcher = launcherOf(service);
  // init runs a line with such characters in a shell, and splits others at spaces.
  const command = /^[\w@%+=:,./-]+$/.test(launcher) ? launcher : shellQuote(launcher);
  return [{ path: `${service.folder}/inittab`, mode: 0o644, text: `::respawn:${command}\n` }];
}
