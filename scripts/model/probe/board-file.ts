// A board file for a machine that none fits. Pure.
import { BoardkitError } from "../../lib/errors.ts";
import { supportedBoards, type Registry } from "../registry.ts";
import { board, type Board } from "../targets/board.ts";
import type { System } from "../targets/system.ts";
import type { Triple } from "../targets/triple.ts";
import type { MachineFacts, ProbeReport } from "./facts.ts";
import { isOlder } from "./versions.ts";

/** The content of targets/boards/<id>.json for a machine: what the audit and the emulation need of it. */
export function boardFileOf(registry: Registry, { host, machine, fit }: ProbeReport, id: string): object {
  const target = registry.triples.get(fit.target.triple ?? "");
  if (!target || fit.cpu === undefined)
    throw unfit(
      host,
      fit.target.why.join("; "),
      "see `boardkit list targets`: a board file needs a target whose addons run on the machine",
    );
  const system = systemFor(registry, machine, target, fit.system);
  const like = boardLike(registry, target, fit.cpu);
  if (!system || !like)
    throw unfit(
      host,
      `no system of targets/systems is for ${target.triple} with ${machine.libc?.name} ${machine.libc?.version ?? ""} or older`,
      "add the system of the machine to targets/systems, and call again",
    );
  const name = machine.compatible[0];
  const file = {
    $schema: "../schema/board.json",
    id,
    name: machine.model ?? machine.cpu.model ?? machine.system.name ?? host,
    cpu: fit.cpu,
    systems: [{ system: system.id, target: target.triple, ...(machine.pageSize === undefined ? {} : { pageSize: machine.pageSize }) }],
    memory: [{ id, ramMiB: Math.floor(machine.memory.totalKiB / 1024) }],
    like: like.id,
    ...(name !== undefined && /^[^\s,]+,[^\s,]+$/.test(name) ? { knownBy: { names: [name] } } : {}),
    source: `boardkit probe ${host}`,
  };
  const { error } = board.safeParse(file);
  if (!error) return file;
  const [issue] = error.issues;
  throw unfit(host, `${issue?.path.join(".")}: ${issue?.message}`, "write the file by hand: targets/schema/board.json has its form");
}

/** The machine's own system, else the newest one of the target whose C library is not newer: its libraries are those to expect. */
function systemFor(registry: Registry, { libc }: MachineFacts, target: Triple, own: string | undefined): System | undefined {
  const ofTarget = [...registry.systems.values()].filter(({ targets }) => targets.includes(target.triple));
  const version = libc?.version;
  const older = ofTarget.filter((one) => one.libc === libc?.name && version !== undefined && !isOlder(version, one.libcVersion));
  const byAge = older.toSorted((one, other) => (isOlder(one.libcVersion, other.libcVersion) ? 1 : -1));
  return ofTarget.find(({ id }) => id === own) ?? byAge[0];
}

/** A board with a machine of QEMU that boots the target, with the same CPU if there is one. */
function boardLike(registry: Registry, target: Triple, cpu: string): Board | undefined {
  const booted = supportedBoards(registry).filter((one) => one.like === undefined && one.machine !== undefined);
  const ofTarget = booted.filter((one) => one.target === target.triple);
  const candidates = ofTarget.length > 0 ? ofTarget : booted.filter((one) => registry.triples.get(one.target)?.arch === target.arch);
  return candidates.find((one) => one.cpu === cpu) ?? candidates[0];
}

function unfit(host: string, why: string, fix: string): BoardkitError {
  return new BoardkitError(`no board file can be written for ${host}: ${why}`, { code: "BOARD_UNFIT", place: host, fix });
}
