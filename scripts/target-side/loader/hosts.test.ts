import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadRegistry } from "../../model/read-registry.ts";
import { signsFor } from "../../stages/package/table.ts";
import { type Build, decide, load, readHost, type System, type Table } from "./loader.cjs";
import { errorOf, requireOf, testTable } from "../../checks/fixtures/loader-table.ts";

type Needs = Partial<Pick<Build, "glibc" | "pageSize" | "nodeApi" | "lowestNode">> & { features?: string[] };

/** An entry of the files in hosts/: a simulated machine, and the expected decision of the loader. */
type Simulated = {
  name: string;
  /** The process; `report` is the result of process.report.getReport(), absent if there is none. */
  process: { platform: string; arch: string; versions: Record<string, string>; config?: object; report?: object | "throws" };
  /** The readable files. */
  files?: Record<string, string>;
  /** Entries of /proc/self/auxv: 6 is the page size, 16 AT_HWCAP; absent if it cannot be read. */
  auxv?: Record<string, number>;
  /** Changes to all builds of the table, or to one build by its platform. */
  needs?: Needs & { without?: string } & Record<string, unknown>;
  /** The expected builds, best first. */
  builds?: string[];
  /** The expected error if no build is installed. */
  code?: string;
  text?: string[];
};

const hosts = ["c-library", "cpu", "runtime"].flatMap(
  (name) => parse(readFileSync(new URL(`hosts/${name}.yaml`, import.meta.url), "utf8")) as Simulated[],
);

/** The system of a simulated machine, with a log of the files that the loader reads. */
function systemOf({ process, files = {}, auxv }: Simulated): System & { filesRead: string[] } {
  const { report } = process;
  const filesRead: string[] = [];
  const getReport = () => {
    if (report === "throws") throw new Error("not implemented");
    return report;
  };
  const read = (file: string) => {
    filesRead.push(file);
    if (file === "/proc/self/auxv" && auxv) return auxvBytes(auxv, process.arch);
    return file in files ? Buffer.from(files[file] ?? "") : undefined;
  };
  return { process: { ...process, report: report ? { excludeNetwork: false, getReport } : undefined }, read, filesRead };
}

/** The kernel's format: pairs of pointer-sized words, terminated by a pair of zeros. */
function auxvBytes(entries: Record<string, number>, arch: string): Buffer {
  const width = arch === "arm" ? 4 : 8;
  const words = [...Object.entries(entries).flatMap(([key, value]) => [Number(key), value]), 0, 0];
  const bytes = Buffer.alloc(words.length * width);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, index * width);
  return bytes;
}

const architectures = [...loadRegistry().architectures.values()];

/** The table of a package whose builds have the requirements of the case. */
function tableOf({ needs = {} }: Simulated): Table {
  const table = testTable();
  const builds = table.builds.filter(({ platform }) => platform !== needs.without);
  return {
    ...table,
    builds: builds.map((build) => ({ ...build, ...changesOf(build, needs), ...changesOf(build, needs[build.platform] as Needs) })),
  };
}

function changesOf({ cpu, platform }: Build, needs: Needs = {}): Partial<Build> {
  const { glibc, pageSize, nodeApi, lowestNode, features } = needs;
  const known = architectures.find(({ node }) => node === cpu)?.features ?? {};
  return {
    ...(glibc && platform.includes("gnu") ? { glibc } : {}),
    ...(pageSize ? { pageSize } : {}),
    ...(nodeApi ? { nodeApi } : {}),
    ...(lowestNode ? { lowestNode } : {}),
    ...(features ? { features: Object.fromEntries(features.flatMap((name) => (known[name] ? [[name, signsFor(known[name])]] : []))) } : {}),
  };
}

const withBuilds = hosts.filter(({ builds }) => builds);
test.each(withBuilds.map((host) => [host.name, host] as const))("%s: the build that fits", (_name, host) => {
  const { builds } = decide(readHost(systemOf(host)), tableOf(host));
  expect(builds.map(({ platform }) => platform)).toEqual(host.builds);
});

const withCode = hosts.filter(({ code }) => code);
test.each(withCode.map((host) => [host.name, host] as const))("%s: the error", (_name, host) => {
  const options = {
    system: systemOf(host),
    table: tableOf(host),
    folder: "/app/node_modules/@boardkit/grid/lib",
    require: requireOf({}),
    exists: () => false,
    override: "",
  };
  const error = errorOf(() => load([], options));
  expect(error).toMatchObject({ name: "AddonLoadError", code: host.code });
  for (const text of [`${host.process.platform} ${host.process.arch}`, ...(host.text ?? [])]) expect(error.message).toContain(text);
});

test("only these files are read: no release file of a distribution, no ldd", () => {
  for (const host of hosts) {
    const system = systemOf(host);
    decide(readHost(system), tableOf(host));
    expect(system.filesRead.filter((file) => !/^\/proc\/(self\/(maps|auxv)|cpuinfo)$/.test(file))).toEqual([]);
  }
});

test("the report, which takes milliseconds, is created without the network, and only if the files are not enough", () => {
  const withoutNetwork: boolean[] = [];
  const report = {
    excludeNetwork: false,
    getReport() {
      withoutNetwork.push(this.excludeNetwork);
      return { header: { glibcVersionRuntime: "2.36" } };
    },
  };
  const process = { platform: "linux", arch: "x64", versions: { node: "22.11.0", napi: "9" }, report };
  const maps = Buffer.from("1-2 r-xp 0 0 0 /usr/lib/libc.so.6");
  const chosen = (read: System["read"]) => decide(readHost({ process, read }), testTable()).builds.map(({ platform }) => platform);
  expect(chosen((file) => (file === "/proc/self/maps" ? maps : undefined))).toEqual(["linux-x64-gnu"]);
  expect(withoutNetwork).toEqual([]);
  expect(chosen(() => undefined)).toEqual(["linux-x64-gnu"]);
  expect([withoutNetwork, report.excludeNetwork]).toEqual([[true], false]);
});

test("every host has an expectation, and there are enough hosts", () => {
  expect(hosts.filter(({ builds, code }) => !builds && !code)).toEqual([]);
  expect(hosts.length).toBeGreaterThanOrEqual(40);
});
