import { Argument } from "commander";
import { formatTable } from "../lib/reporter.ts";
import type { Registry } from "../model/registry.ts";
import type { Define } from "./command.ts";
import { createContext, jsonOption, print } from "./shared.ts";

type Kind = "targets" | "boards" | "systems" | "cpus" | "profiles";

/** The table of each kind: its header, and the cells of its rows. */
const TABLES: Record<Kind, { header: string[]; rows: (registry: Registry) => string[][]; values: (registry: Registry) => unknown[] }> = {
  targets: {
    header: ["target", "platform", "C library", "lowest CPU", "smoke runs", "unsupported because"],
    rows: ({ triples }) =>
      [...triples.values()].map(({ triple, napiPlatform, glibcFloor, cpu, smoke, why }) => [
        triple,
        napiPlatform,
        glibcFloor ? `glibc ${glibcFloor}` : "musl",
        cpu.lowest,
        smoke.map((run) => `${run.kind} on ${run.cpu}`).join("; "),
        why ?? "",
      ]),
    values: ({ triples }) => [...triples.values()],
  },
  boards: {
    header: ["board", "memory", "target", "CPU", "name", "systems", "unsupported because"],
    rows: ({ boards }) =>
      [...boards.values()].flatMap(({ memory, target, cpu, name, why, systems }) =>
        memory.map(({ id, ramMiB }) => [id, `${ramMiB} MiB`, target, cpu, name, systems.map(({ system }) => system).join(" "), why ?? ""]),
      ),
    values: ({ boards }) => [...boards.values()],
  },
  systems: {
    header: ["system", "C library", "Node", "its own Node", "packages by", "name"],
    rows: ({ systems }) =>
      [...systems.values()].map(({ id, libc, libcVersion, node, install, name }) => [
        id,
        `${libc} ${libcVersion}`,
        `up to ${node.newest}`,
        node.packaged ?? "none",
        install.replace(/:$/, ""),
        name,
      ]),
    values: ({ systems }) => [...systems.values()],
  },
  cpus: {
    header: ["CPU", "architecture", "name", "features"],
    rows: ({ cpus }) => [...cpus.values()].map(({ id, arch, name, features }) => [id, arch, name, features.join(" ")]),
    values: ({ cpus }) => [...cpus.values()],
  },
  profiles: {
    header: ["profile", "memory", "name", "unsupported because"],
    rows: ({ profiles }) =>
      [...profiles.values()].map(({ id, memory: { least, below }, name, why }) => [
        id,
        below === undefined ? `${least} MiB and more` : `${least} to ${below} MiB`,
        name,
        why ?? "",
      ]),
    values: ({ profiles }) => [...profiles.values()],
  },
};

/** `boardkit list`: the data files of targets/. */
export const defineList: Define = (command, edge) => {
  command
    .addArgument(new Argument("[kind]", "the kind of data").choices(Object.keys(TABLES)).default("targets"))
    .addOption(jsonOption())
    .action((kind: Kind, { json }: { json: boolean }) => {
      const { registry } = createContext({}, edge);
      const { header, rows, values } = TABLES[kind];
      print(json ? JSON.stringify({ schema: 1, [kind]: values(registry) }, null, 2) : formatTable(header, rows(registry)));
    });
};
