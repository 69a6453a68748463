// The init script for OpenWrt's procd, and what survives its sysupgrade. Pure.
import { shellQuote } from "../../../lib/shell-word.ts";
import { launcherOf, nameOf, WRITTEN_BY, type Service, type ServiceFile } from "./service.ts";

/**
 * `respawn`: a program that ran less than 60 s counts as crashed, is started again after 5 s, and never given up; procd's own default gives up
 * the sixth time that it ran for less than an hour. procd's `limits` are rlimits, which V8 does not stand: the launcher sets the memory cap by a cgroup.
 */
export function procdFiles(service: Service): ServiceFile[] {
  const name = nameOf(service);
  const init = `/etc/init.d/${name}`;
  const keep = `/lib/upgrade/keep.d/${name}`;
  const text = [
    "#!/bin/sh /etc/rc.common",
    WRITTEN_BY,
    "USE_PROCD=1",
    "START=95",
    "STOP=10",
    "",
    "start_service() {",
    "  procd_open_instance",
    `  procd_set_param command ${shellQuote(launcherOf(service))}`,
    "  procd_set_param respawn 60 5 0",
    "  procd_set_param term_timeout 10",
    "  procd_set_param stdout 1",
    "  procd_set_param stderr 1",
    "  procd_close_instance",
    "}",
    "",
  ].join("\n");
  // The list names itself, else it would be there for one upgrade only.
  const kept = [service.folder, init, `/etc/rc.d/S95${name}`, `/etc/rc.d/K10${name}`, keep];
  return [
    { path: init, mode: 0o755, text },
    { path: keep, mode: 0o644, text: kept.map((path) => `${path}\n`).join("") },
  ];
}
