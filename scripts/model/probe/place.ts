// A probed machine -> the environment that the audit checks a file against.
import type { Place } from "../../audit/place.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { selectBoardAt } from "../board-systems.ts";
import { librariesOf } from "../libraries.ts";
import { cpuOf, placeOfBoard, placeOfTarget } from "../place.ts";
import type { Registry } from "../registry.ts";
import type { ProbeReport } from "./facts.ts";

/** The environment of a machine: that of its board file or target, with what the machine itself says. */
export function placeOfMachine(registry: Registry, { host, machine, fit }: ProbeReport): Place {
  const target = registry.triples.get(fit.target.triple ?? "");
  if (!target)
    throw new BoardkitError(`no addon runs on ${host}: ${fit.target.why.join("; ")}`, {
      code: "MACHINE_UNFIT",
      place: host,
      fix: `see \`boardkit probe ${host}\`, and \`boardkit list targets\``,
    });
  const { glibcFloor, ...base } =
    fit.board.name === undefined ? placeOfTarget(registry, target) : placeOfBoard(registry, selectBoardAt(registry, fit.board.name));
  const system = registry.systems.get(fit.system ?? "");
  const node = machine.nodes.find(({ version }) => version !== undefined)?.version?.split(".")[0];
  const libcVersion = machine.libc?.version;
  const cpu = fit.board.name === undefined && fit.cpu !== undefined ? cpuOf(registry, fit.cpu, target.arch) : base;
  return {
    ...base,
    ...cpu,
    name: host,
    // The file has features that no machine shows, and the machine may have more than the file.
    features: [...new Set([...cpu.features, ...machine.cpu.features])],
    ...(libcVersion === undefined ? { glibcFloor } : { libcVersion }),
    ...(machine.pageSize === undefined ? {} : { pageSize: machine.pageSize }),
    ...(node === undefined ? {} : { node }),
    ...(system === undefined ? {} : { system: librariesOf(registry, system) }),
  };
}
