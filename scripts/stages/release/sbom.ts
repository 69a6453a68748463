// The SBOM of a release, in CycloneDX: the npm packages, wheels and sdist, the crates that are compiled into them, and other linked code.
// It is reproducible: without a serial number, and with the caller's time or none.
import { Contrib, Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import parseSpdx from "spdx-expression-parse";
import type { PackedPackage, PythonPackage } from "../../model/report/package-index.ts";
import type { PackageJson } from "../../model/project.ts";
import type { ReleasedCrate } from "./crates.ts";
import type { InstalledPackage } from "../../tools/packages/npm.ts";
import type { Manifest } from "../../model/report/manifest.ts";

/** What built a file; without its linker if that is the builder. */
type Builder = Omit<Manifest["builder"], "linker"> & Partial<Pick<Manifest["builder"], "linker">>;

/** A packed file, and the id of the crate that its library is built from. */
type PackedFile<T> = T & { crate?: string | undefined };

export type SbomInput = {
  /** The root package as it was packed; absent if the project has no addon. */
  root?: PackedPackage | undefined;
  packageJson: PackageJson;
  platforms: PackedFile<PackedPackage>[];
  /** The wheels, and the sdist last. */
  python: PackedFile<PythonPackage>[];
  /** Crates of all files, those of the project first. */
  crates: ReleasedCrate[];
  /** Packages that npm installs with the root package. */
  dependencies: InstalledPackage[];
  builders: Builder[];
  boardkit: string;
  /** Seconds since 1970. */
  epoch?: number | undefined;
};

const { ComponentType, ComponentScope, HashAlgorithm } = Enums;
const licenses = new Contrib.License.Factories.LicenseFactory(parseSpdx);

/** The text of the document, CycloneDX 1.6 in JSON. */
export function sbomText(input: SbomInput): string {
  const { root, platforms, python, epoch } = input;
  const bom = new Models.Bom();
  if (epoch !== undefined) bom.metadata.timestamp = new Date(epoch * 1000);
  for (const tool of toolsOf(input)) bom.metadata.tools.components.add(tool);
  const crates = crateComponents(input);
  const linked = linkedComponents(input.builders);
  const binaries = [
    ...platforms.map((file) => ({ file, component: packedComponent(file, input.packageJson) })),
    ...python.map((file) => ({ file, component: pythonComponent(file, input.packageJson) })),
  ];
  const own = root ? packedComponent(root, input.packageJson) : binaries.at(-1)?.component;
  if (!own) throw new TypeError("a release without packages");
  bom.metadata.component = own;
  for (const { file, component } of binaries) {
    if (file.target) component.properties.add(new Models.Property("boardkit:target", file.target));
    const crate = file.crate === undefined ? undefined : crates.get(file.crate);
    if (crate) component.dependencies.add(crate.bomRef);
    for (const { bomRef } of linked) crate?.dependencies.add(bomRef);
    if (component === own) continue;
    own.dependencies.add(component.bomRef);
    bom.components.add(component);
  }
  for (const component of [...crates.values(), ...linked]) bom.components.add(component);
  for (const dependency of input.dependencies) {
    const component = installedComponent(dependency);
    if (dependency.direct) own.dependencies.add(component.bomRef);
    bom.components.add(component);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

type Options = Models.OptionalComponentProperties & { license?: unknown };

/** A library whose reference in the document is its package URL. */
function library(purl: PackageURL, { license, ...options }: Options = {}): Models.Component {
  const text = purl.toString();
  const { namespace, name, version } = purl;
  const component = new Models.Component(ComponentType.Library, name, {
    bomRef: text,
    purl: text,
    ...(namespace ? { group: namespace } : {}),
    ...(version ? { version } : {}),
    ...options,
  });
  // Cargo once allowed a slash for OR, and old crates still have it.
  if (typeof license === "string") component.licenses.add(licenses.makeFromString(license.replaceAll(/\s*\/\s*/g, " OR ")));
  return component;
}

function npmUrl(name: string, version: string): PackageURL {
  const [scope, base] = name.startsWith("@") ? (name.split("/") as [string, string]) : [undefined, name];
  return new PackageURL("npm", scope, base, version, undefined, undefined);
}

function packedComponent({ name, version, sha256, integrity }: PackedPackage, { license }: PackageJson): Models.Component {
  const hashes = new Models.HashDictionary([[HashAlgorithm["SHA-256"], sha256], ...hashOf(integrity)]);
  return library(npmUrl(name, version), { license, hashes });
}

function pythonComponent({ name, version, file, sha256 }: PythonPackage, { license }: PackageJson): Models.Component {
  const hashes = new Models.HashDictionary([[HashAlgorithm["SHA-256"], sha256]]);
  return library(new PackageURL("pypi", undefined, name, version, { file_name: file }, undefined), { license, hashes });
}

function installedComponent({ name, version, integrity, license, optional }: InstalledPackage): Models.Component {
  return library(npmUrl(name, version), {
    license,
    scope: optional ? ComponentScope.Optional : ComponentScope.Required,
    hashes: new Models.HashDictionary(hashOf(integrity)),
  });
}

/** The hash in an integrity of npm, in hexadecimal. */
function hashOf(integrity = ""): Models.Hash[] {
  const base64 = /^sha512-(\S+)/.exec(integrity)?.[1];
  return base64 ? [[HashAlgorithm["SHA-512"], Buffer.from(base64, "base64").toString("hex")]] : [];
}

function crateComponents({ crates, platforms, python }: SbomInput): Map<string, Models.Component> {
  const targets = new Set([...platforms, ...python].flatMap(({ target }) => target ?? []));
  const components = new Map(
    crates.map((crate) => {
      const component = library(new PackageURL("cargo", undefined, crate.name, crate.version, undefined, undefined), {
        license: crate.license,
        scope: crate.linked ? ComponentScope.Required : ComponentScope.Excluded,
        hashes: new Models.HashDictionary(crate.checksum ? [[HashAlgorithm["SHA-256"], crate.checksum]] : []),
      });
      if (crate.repository)
        component.externalReferences.add(new Models.ExternalReference(crate.repository, Enums.ExternalReferenceType.VCS));
      if (crate.targets.length < targets.size)
        for (const target of crate.targets) component.properties.add(new Models.Property("boardkit:target", target));
      return [crate.id, component];
    }),
  );
  for (const { id, dependencies } of crates)
    for (const dependency of dependencies) {
      const component = components.get(dependency);
      if (component) components.get(id)?.dependencies.add(component.bomRef);
    }
  return components;
}

/** `zig 0.17.1, cargo-zigbuild 0.24.1` -> pairs. */
const versionsIn = (text: string) =>
  [...text.matchAll(/\b([a-z][\w-]*) (\d+\.[\w.-]+)/g)].map(([, name = "", version = ""]) => ({ name, version }));

/** Linked code that is not in crates: Rust's standard library, and zig's replacement of libgcc. */
function linkedComponents(builders: Builder[]): Models.Component[] {
  const rust = builders.flatMap(({ rustc }) => versionsIn(rustc));
  const zig = builders
    .filter(({ name, linker = name }) => linker === "zig")
    .flatMap(({ tools }) => versionsIn(tools))
    .filter(({ name }) => name === "zig");
  const source = (owner: string, name: string, version: string, description: string, license: string) =>
    library(new PackageURL("github", owner, name, version, undefined, undefined), {
      description,
      license,
      scope: ComponentScope.Required,
    });
  return [
    ...unique(rust).map(({ version }) => source("rust-lang", "rust", version, "Rust's standard library", "MIT OR Apache-2.0")),
    ...unique(zig).map(({ version }) =>
      source("ziglang", "zig", version, "compiler-rt and LLVM's libunwind", "MIT AND (Apache-2.0 WITH LLVM-exception)"),
    ),
  ];
}

function toolsOf({ builders, boardkit }: SbomInput): Models.Component[] {
  const tools = builders.flatMap(({ rustc, tools: text }) => versionsIn(`${rustc}; ${text}`));
  return unique([{ name: "boardkit", version: boardkit }, ...tools]).map(
    ({ name, version }) => new Models.Component(ComponentType.Application, name, { version }),
  );
}

function unique<T extends { name: string; version: string }>(items: T[]): T[] {
  return [...new Map(items.map((item) => [`${item.name} ${item.version}`, item])).values()];
}
