// The unit for systemd. Pure.
import { GIVES_UP, launcherOf, nameOf, OOM_SCORE_ADJUST, WRITTEN_BY, type Service, type ServiceFile } from "./service.ts";

/** The user of the program is not in the unit: the launcher counts the starts of a trial as root, and then becomes that user. */
export function systemdFiles(service: Service): ServiceFile[] {
  const { description, memoryMax } = service;
  const launcher = unitCommand(launcherOf(service));
  const text = [
    WRITTEN_BY,
    "[Unit]",
    // A backslash would go on with the next line.
    `Description=${description.replaceAll("%", "%%").replaceAll(/[\\\n]/g, " ")}`,
    "After=network.target",
    // A board has nobody who resets a service that has failed too often.
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=exec",
    `ExecStart=${launcher}`,
    `ExecStopPost=-${launcher} ended $EXIT_CODE $EXIT_STATUS`,
    "Restart=always",
    "RestartSec=1",
    `RestartPreventExitStatus=${GIVES_UP}`,
    "TimeoutStopSec=10",
    "NoNewPrivileges=yes",
    `OOMScoreAdjust=${OOM_SCORE_ADJUST}`,
    ...(memoryMax === undefined ? [] : [`MemoryMax=${memoryMax}`, "MemorySwapMax=0"]),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
  return [{ path: `/etc/systemd/system/${nameOf(service)}.service`, mode: 0o644, text }];
}

/** A command line of systemd: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines */
function unitCommand(path: string): string {
  if (/^[\w@+=:,./-]+$/.test(path)) return path;
  // The first word may not have quotes, and its dollar signs stay as they are; the words behind it may have anything.
  return `/bin/sh "${path.replaceAll("%", "%%").replaceAll("$", "$$$$").replaceAll(/["\\]/g, "\\$&")}"`;
}
