// The package of one platform: the addon, and a package.json with its requirements.
import { platformPackage } from "../../model/names.ts";
import type { PackageJson, Project } from "../../model/project.ts";
import type { Packable } from "./collect.ts";
import { neededFeatures } from "./table.ts";

/** Fields that a platform's package copies from the root package. */
const SHARED = ["license", "author", "contributors", "homepage", "bugs", "repository", "funding", "publishConfig"];

/** The package.json of a platform's package. */
export function platformManifest(project: Project, { manifest, smoke }: Packable): PackageJson {
  const { packageJson, name, version } = project;
  const { target, cpu, artifact, audit, builder, project: built } = manifest;
  const count = (severity: string) => audit.findings.filter((found) => found.severity === severity).length;
  const engines = cutEngines((packageJson.engines as { node?: string } | undefined)?.node, target.nodeBelow);
  const shared = Object.fromEntries(SHARED.filter((key) => packageJson[key] !== undefined).map((key) => [key, packageJson[key]]));
  return {
    name: platformPackage(project.packageName, target.napiPlatform),
    version,
    description: `The ${target.napiPlatform} build of ${name}`,
    ...shared,
    os: [target.npm.os],
    cpu: [target.npm.cpu],
    libc: [target.npm.libc],
    ...(engines ? { engines: { node: engines } } : {}),
    type: "commonjs",
    main: artifact.file,
    files: [artifact.file],
    boardkit: {
      target: target.triple,
      cpu: target.cpu.lowest,
      cpuFeatures: neededFeatures(cpu, audit),
      ...(audit.elf.glibc ? { glibc: audit.elf.glibc } : {}),
      pageSize: audit.elf.loadAlign,
      ...(audit.nodeApi.version === undefined ? {} : { nodeApi: audit.nodeApi.version }),
      bytes: artifact.bytes,
      sha256: artifact.sha256,
      audit: { errors: 0, warnings: count("warning"), notes: count("note") },
      smoke,
      build: {
        ...(built.commit ? { commit: built.commit } : {}),
        builder: builder.name,
        rustc: builder.rustc,
        std: builder.std,
        tools: builder.tools,
      },
    },
  };
}

/** A range of Node without the lines from `below` on, which are not published for the platform. */
export function cutEngines(range: string | undefined, below: string | undefined): string | undefined {
  if (!below) return range;
  const alternatives = (range ?? "").split("||").map((part) => `${part.trim()} <${below}`.trim());
  return alternatives.join(" || ");
}

/** The page that a registry shows. */
export function platformReadme(project: Project, { manifest }: Packable): string {
  const { target } = manifest;
  const { elf } = manifest.audit;
  const { bytes } = manifest.artifact;
  const needs = [elf.glibc ? `glibc ${elf.glibc} or newer` : "musl", `a ${target.cpu.lowest} or better`].join(" and ");
  const why = target.npm.byName
    ? `Install it by its name: ${target.npm.byName}.\n\n    npm install ${platformPackage(project.packageName, target.napiPlatform)}`
    : `It is an optional dependency of ${project.name}; a package manager installs it if it fits the machine.`;
  return `# ${platformPackage(project.packageName, target.napiPlatform)}\n\nThe ${target.napiPlatform} build of ${project.name}: ${bytes} bytes, for ${needs}.\n\n${why}\n`;
}
