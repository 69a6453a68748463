// The files of a service on a board, for each service manager. Pure.
import { busyboxFiles } from "./busybox.ts";
import { openrcFiles } from "./openrc.ts";
import { procdFiles } from "./procd.ts";
import { runitFiles } from "./runit.ts";
import { launcherOf, type Service, type ServiceFile, type ServiceKind } from "./service.ts";
import { settingsText } from "./settings-file.ts";
import { systemdFiles } from "./systemd.ts";

export type { Service, ServiceFile, ServiceKind } from "./service.ts";

const KINDS: Record<ServiceKind, (service: Service) => ServiceFile[]> = {
  systemd: systemdFiles,
  procd: procdFiles,
  openrc: openrcFiles,
  busybox: busyboxFiles,
  runit: runitFiles,
};

/** All files of a service, with paths from the root: what the tar of the tool's `install` has. `launcher` is the text of readLauncher. */
export function serviceFiles(service: Service, kind: ServiceKind, launcher: string): ServiceFile[] {
  return [
    { path: launcherOf(service), mode: 0o755, text: launcher },
    { path: `${service.folder}/settings`, mode: 0o644, text: settingsText(service, kind) },
    ...KINDS[kind](service),
  ];
}
