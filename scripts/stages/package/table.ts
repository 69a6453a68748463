// loader.json: the facts of each build for the loader. Floors are those that the audit found, not the requested ones.
import type { Build, Signs, Table } from "../../target-side/loader/loader.cjs";
import { addonFile, nativePathVariable, platformPackage } from "../../model/names.ts";
import { lowestNodes } from "../../audit/node-api-versions.ts";
import type { Project } from "../../model/project.ts";
import type { Architecture } from "../../model/targets/architecture.ts";
import type { Cpu } from "../../model/targets/cpu.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { AuditedManifest } from "../../model/report/manifest.ts";

/** The table of a project; `root` is the path from the loader's folder to the package's. */
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
    // The build with the most required features is the fastest.
    builds: builds.toSorted((left, right) => featureCount(right) - featureCount(left)),
  };
}

const featureCount = ({ features = {} }: Build) => Object.keys(features).length;

/** `20` of `>=20`; undefined for a range of another form. */
export function lowestEngine(engines: unknown): string | undefined {
  const range = (engines as { node?: string } | undefined)?.node ?? "";
  return /^>=\s*(\d+(?:\.\d+)*)$/.exec(range)?.[1];
}

/** A target with its architecture and its lowest CPU; with the result of the audit if it is built. */
export type BuildFacts = { target: Triple; architecture: Architecture; cpu: Cpu } & Partial<Pick<AuditedManifest, "artifact" | "audit">>;

/** The build of a target, with the floors of the audit, else those of the target. */
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

/** Features of the lowest CPU that instructions use without a check; all of them if the audit has decoded no instructions. */
export function neededFeatures({ features }: Cpu, audit?: AuditedManifest["audit"]): string[] {
  if (!audit?.code) return features;
  // Features beyond the lowest CPU pass the audit only if they are checked, or if the project allows the rule.
  return features.filter((feature) => {
    const use = audit.code?.features[feature];
    return use !== undefined && use.count > use.guarded + use.dispatched;
  });
}

function signsOf({ id, features: known }: Architecture, features: string[]): Build["features"] {
  return Object.fromEntries(
    features.map((feature) => {
      const signs = known[feature];
      if (!signs) throw new TypeError(`targets/architectures/${id}.json has no signs for ${feature}`);
      return [feature, signsFor(signs)];
    }),
  );
}

/** The signs of a feature as the loader reads them: sets of bits are masks. */
export function signsFor({ auxv, words, arm }: Architecture["features"][string]): Signs {
  const maskOf = (bits: number[]) => bits.reduce((mask, bit) => mask | (1 << bit), 0);
  return { ...(auxv ? { auxv: { entry: auxv.entry, masks: auxv.bits.map(maskOf) } } : {}), words, ...(arm ? { arm } : {}) };
}
