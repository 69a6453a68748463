// The SBOM of a release, in CycloneDX: the npm packages, the crates that are compiled into the addons, and other linked code. It is
// reproducible: without a serial number, and with the caller's time or none.
import { Contrib, Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import parseSpdx from "spdx-expression-parse";
import type { PackedPackage } from "../../model/report/package-index.ts";
import type { PackageJson } from "../../model/project.ts";
import type { ReleasedCrate } from "./crates.ts";
import type { InstalledPackage } from "../../tools/packages/npm.ts";
import type { Manifest } from "../../model/report/manifest.ts";

export type SbomInput = {
  /** The root package as it was packed, and its package.json. */
  root: PackedPackage;
  packageJson: PackageJson;
  platforms: PackedPackage[];
  /** Crates of the addon, its own first. */
  crates: ReleasedCrate[];
  /** Packages that npm installs with the root package. */
  dependencies: InstalledPackage[];
  builders: Manifest["builder"][];
  boardkit: string;
  /** Seconds since 1970. */
  epoch?: number | undefined;
};

const { ComponentType, ComponentScope, HashAlgorithm } = Enums;
const licenses = new Contrib.License.Factories.LicenseFactory(parseSpdx);

/** The text of the document, CycloneDX 1.6 in JSON. */
export function sbomText(input: SbomInput): string {
  const { root, platforms, epoch } = input;
  const bom = new Models.Bom();
  if (epoch !== undefined) bom.metadata.timestamp = new Date(epoch * 1000);
  for (const tool of toolsOf(input)) bom.metadata.tools.components.add(tool);
  const own = packedComponent(root, input.packageJson);
  bom.metadata.component = own;
  const crates = crateComponents(input);
  const linked = linkedComponents(input.builders);
  const [addon] = crates;
  for (const component of linked) addon?.dependencies.add(component.bomRef);
  for (const platform of platforms) {
    const component = packedComponent(platform, input.packageJson);
    if (platform.target) component.properties.add(new Models.Property("boardkit:target", platform.target));
    if (addon) component.dependencies.add(addon.bomRef);
    own.dependencies.add(component.bomRef);
    bom.components.add(component);
  }
  for (const component of [...crates, ...linked]) bom.components.add(component);
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

function crateComponents({ crates, platforms }: SbomInput): Models.Component[] {
  const components = new Map(
    crates.map((crate) => {
      const component = library(new PackageURL("cargo", undefined, crate.name, crate.version, undefined, undefined), {
        license: crate.license,
        scope: crate.linked ? ComponentScope.Required : ComponentScope.Excluded,
        hashes: new Models.HashDictionary(crate.checksum ? [[HashAlgorithm["SHA-256"], crate.checksum]] : []),
      });
      if (crate.repository)
        component.externalReferences.add(new Models.ExternalReference(crate.repository, Enums.ExternalReferenceType.VCS));
      if (crate.targets.length < platforms.length)
        for (const target of crate.targets) component.properties.add(new Models.Property("boardkit:target", target));
      return [crate.id, component];
    }),
  );
  for (const { id, dependencies } of crates)
    for (const dependency of dependencies) {
      const component = components.get(dependency);
      if (component) components.get(id)?.dependencies.add(component.bomRef);
    }
  return [...components.values()];
}

/** `zig 0.17.1, cargo-zigbuild 0.24.1` -> pairs. */
const versionsIn = (text: string) =>
  [...text.matchAll(/\b([a-z][\w-]*) (\d+\.[\w.-]+)/g)].map(([, name = "", version = ""]) => ({ name, version }));

/** Linked code that is not in crates: Rust's standard library, and zig's replacement of libgcc. */
function linkedComponents(builders: Manifest["builder"][]): Models.Component[] {
  const rust = builders.flatMap(({ rustc }) => versionsIn(rustc));
  const zig = builders
    .filter(({ linker }) => linker === "zig")
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
