// The service directory for runit. Pure.
import { shellQuote } from "../../../lib/shell-word.ts";
import { GIVES_UP, launcherOf, nameOf, WRITTEN_BY, type Service, type ServiceFile } from "./service.ts";

const DEFAULT_SERVICES = "/etc/service";

/** It is in the app's folder; the tool links it into the folder that runsvdir looks at, which then starts it. */
export function runitFiles(service: Service): ServiceFile[] {
  const launcher = shellQuote(launcherOf(service));
  const directory = shellQuote(`${service.services ?? DEFAULT_SERVICES}/${nameOf(service)}`);
  const script = (...lines: string[]) => ["#!/bin/sh", WRITTEN_BY, ...lines, ""].join("\n");
  const file = (name: string, text: string): ServiceFile => ({ path: `${service.folder}/sv/${name}`, mode: 0o755, text });
  return [
    file("run", script("exec 2>&1", `exec ${launcher}`)),
    file(
      "finish",
      script(
        // runsv gives the exit code, or -1 and the signal.
        `if [ "$1" = -1 ]; then ${launcher} ended killed "$2"; else ${launcher} ended exited "$1"; fi`,
        `[ "$1" != ${GIVES_UP} ] || exec sv down ${directory}`,
      ),
    ),
    file("log/run", script(`exec ${launcher} log`)),
  ];
}
