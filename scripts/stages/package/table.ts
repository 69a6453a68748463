// loader.json: what the loader of a package must know of each build. Floors are those that the audit found, not those that were asked for.
import type { Build, Signs, Table } from "../../target-side/loader/loader.cjs";
import { addonFile, nativePathVariable, platformPackage } from "../../model/names.ts";
import { lowestNodes } from "../../audit/node-api-versions.ts";
import type { Project } from "../../model/project.ts";
import type { Architecture } from "../../model/targets/architecture.ts";
import type { Cpu } from "../../model/targets/cpu.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { AuditedManifest } from "../../model/report/manifest.ts";

/** The table of a project; `root` leads from the loader's folder to the package's. */
export function loaderTable(project: Project, builds: Build[], root: string): Table {
  const { name, version, binaryName, packageJson } = project;
  const node = lowestEngine(packageJson.engines);
  return {
    name,
    version,
    binary: binaryName,
    variable: nativePathVariable(binaryName),
    root,
    ...(node ? { node } : {}),
    // The one that asks for most is the quickest.
    builds: builds.toSorted((one, other) => demandsOf(other) - demandsOf(one)),
  };
}

const demandsOf = ({ features = {} }: Build) => Object.keys(features).length;

/** `20` of `>=20`; undefined for a range that says it otherwise. */
export function lowestEngine(engines: unknown): string | undefined {
  const range = (engines as { node?: string } | undefined)?.node ?? "";
  return /^>=\s*(\d+(?:\.\d+)*)$/.exec(range)?.[1];
}

/** A target with its architecture and its lowest CPU; with the result of the audit if it is built. */
export type BuildFacts = { target: Triple; architecture: Architecture; cpu: Cpu } & Partial<Pick<AuditedManifest, "artifact" | "audit">>;

/** The build of a target: as the audit found it, else as the target promises. */
export function buildOf(project: Project, { target, architecture, cpu: lowestCpu, artifact, audit }: BuildFacts): Build {
  const { libc, os, cpu, byName } = target.npm;
  const glibc = audit ? audit.elf.glibc : target.glibcFloor;
  const features = neededFeatures(lowestCpu, audit);
  const nodeApi = audit?.nodeApi.version;
  const lowest = nodeApi === undefined ? undefined : lowestNodes(nodeApi);
  return {
    platform: target.napiPlatform,
    package: platformPackage(project.packageName, target.napiPlatform),
    file: addonFile(project.binaryName, target.napiPlatform),
    ...(artifact ? { bytes: artifact.bytes } : {}),
    os,
    cpu,
    libc,
    ...(glibc && libc === "glibc" ? { glibc } : {}),
    cpuName: lowestCpu.name,
    ...(features.length > 0 ? { features: signsOf(architecture, features) } : {}),
    ...(audit && audit.elf.loadAlign < architecture.largestPage ? { pageSize: audit.elf.loadAlign } : {}),
    ...(nodeApi === undefined || lowest === undefined ? {} : { nodeApi, lowestNode: lowest }),
    ...(target.nodeBelow ? { nodeBelow: target.nodeBelow } : {}),
    ...(byName ? { byName } : {}),
  };
}

/** Features of the lowest CPU that instructions use without asking for them; all of them for a file whose instructions nobody decoded. */
export function neededFeatures({ features }: Cpu, audit?: AuditedManifest["audit"]): string[] {
  if (!audit?.code) return features;
  // Beyond the lowest CPU only a rule that the project allows lets code be: it says that it asks by itself.
  return features.filter((feature) => {
    const use = audit.code?.features[feature];
    return use !== undefined && use.count > use.guarded + use.dispatched;
  });
}

function signsOf({ id, features: known }: Architecture, features: string[]): Build["features"] {
  return Object.fromEntries(
    features.map((feature) => {
      const signs = known[feature];
      if (!signs) throw new TypeError(`targets/architectures/${id}.json does not say how a system reports ${feature}`);
      return [feature, signsFor(signs)];
    }),
  );
}

/** The signs of a feature as the loader reads them: sets of bits are masks. */
export function signsFor({ auxv, words, arm }: Architecture["features"][string]): Signs {
  const maskOf = (bits: number[]) => bits.reduce((mask, bit) => mask | (1 << bit), 0);
  return { ...(auxv ? { auxv: { entry: auxv.entry, masks: auxv.bits.map(maskOf) } } : {}), words, ...(arm ? { arm } : {}) };
}
