// The project of an addon, from its package.json. It can be any napi-rs project; the field `boardkit` is optional.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { BoardkitError } from "../lib/errors.ts";
import { canonicalPath } from "../lib/paths.ts";
import { ruleId } from "../audit/report.ts";
import { deploySettings } from "./deploy/settings.ts";
import { readPackageTable, readPyproject } from "./python/pyproject.ts";
import { runtimeNames } from "./targets/runtime.ts";

const sizeBudgets = z.record(z.string(), z.int().positive());

/** The optional `boardkit` field of a project's package.json. */
export const projectSettings = z.strictObject({
  addon: z.string().default(".").describe("folder of the napi-rs package, with its own package.json and Cargo.toml"),
  crate: z
    .string()
    .optional()
    .describe("folder of the addon's crate, if the package's own Cargo.toml belongs to a workspace with several addons"),
  targets: z.array(z.string()).default([]).describe("targets, or globs such as `armv7-*`, instead of those in `napi.targets`"),
  systemPackages: z
    .array(z.string())
    .default([])
    .describe(
      "Debian packages that build scripts need on the build machine, such as cmake or libclang-dev: set-up names the missing ones, and the images of cross contain them",
    ),
  containerBase: z
    .string()
    .optional()
    .describe("Debian image that the images of `--builder cross` are built on, instead of debian:bookworm-slim"),
  prepare: z
    .array(z.string())
    .optional()
    .describe("command with its arguments that makes the files which the smoke script needs; it runs in the project's folder"),
  prepareInputs: z.array(z.string()).default([]).describe("files and folders that `prepare` reads"),
  prepareOutputs: z.array(z.string()).default([]).describe("files and folders that `prepare` writes"),
  smoke: z
    .string()
    .optional()
    .describe(
      "script that the target's Node runs: BOARDKIT_ADDON is the path of the addon, BOARDKIT_RESULT the path of the JSON file that it writes",
    ),
  smokeInputs: z
    .array(z.string())
    .default([])
    .describe("further files and folders that the smoke script reads: boards get them, and a change makes a new smoke run necessary"),
  runtimes: z
    .array(z.enum(runtimeNames))
    .default([])
    .describe("runtimes that run the smoke script besides Node, as with `--runtimes`; a result that differs from Node's is a failure"),
  tests: z.array(z.string()).default([]).describe("crates whose Rust tests `--rust-tests` runs if no Node is published for the target"),
  allow: z
    .array(ruleId)
    .default([])
    .describe("rules of the audit whose errors do not end a build, for example `cpu/missing-feature` if the addon has its own dispatcher"),
  boards: z
    .array(z.string())
    .optional()
    .describe(
      "boards, or memory sizes of boards, that CI boots; all boards of the project's targets by default, none if the list is empty",
    ),
  sizeBudgets: sizeBudgets.default({}).describe("largest size of the addon in bytes, per target: a larger file ends the build"),
  python: z
    .string()
    .optional()
    .describe("folder of a PyO3 package with a pyproject.toml: `build --binding python` and `package` make its wheels"),
  crates: z.array(z.string()).default([]).describe("crates of the workspace that `publish` publishes to crates.io, by name"),
  profileVariable: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional()
    .describe("environment variable that names the profile to the addon: `board --profile` sets it"),
  pythonSmoke: z
    .string()
    .optional()
    .describe("script that the target's Python runs with the wheel; by default Python only imports the package"),
  profiles: z
    .record(
      z.string(),
      z.strictObject({
        features: z.array(z.string()).optional().describe("features of the addon's crate, instead of its default features"),
        env: z.record(z.string(), z.string()).default({}).describe("environment of the build"),
        sizeBudgets: sizeBudgets.optional().describe("size budgets with this profile, instead of `sizeBudgets` above"),
      }),
    )
    .default({})
    .describe("settings of this project for a profile of targets/profiles, by the profile's id"),
  loader: z
    .string()
    .optional()
    .describe("folder in the addon's package that gets the loader, if the package's own code calls it; the package's folder by default"),
  deploy: deploySettings.optional().describe("what `boardkit deploy` sends, how it runs, and the hosts"),
});

type ProjectSettings = z.infer<typeof projectSettings>;

export type Project = {
  /** Absolute folder of the project, without symbolic links; it gets `dist/`. */
  folder: string;
  /** Absolute folder of the napi-rs package. */
  addonFolder: string;
  /** Cargo.toml of the addon's crate, or of its workspace. */
  manifest: string;
  name: string;
  version: string;
  binaryName: string;
  /** Prefix of the names of the platforms' packages. */
  packageName: string;
  /** The package.json of the napi-rs package. */
  packageJson: PackageJson;
  /** The `napi` field of package.json, with the field names of napi-rs v3. */
  napi: Record<string, unknown>;
  /** napi.targets; empty if absent. */
  napiTargets: string[];
  /** Whether it has a napi-rs package; else it has a Python package alone, whose crate and folder are those above. */
  hasAddon: boolean;
  settings: ProjectSettings;
};

type NapiConfig = {
  binaryName?: string;
  packageName?: string;
  targets?: string[];
  /** The same settings in napi-rs v2. */
  name?: string;
  package?: { name?: string };
  triples?: { defaults?: boolean; additional?: string[] };
  [key: string]: unknown;
};

/** The fields of package.json that Boardkit reads. */
export type PackageJson = {
  name?: string;
  version?: string;
  boardkit?: unknown;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  workspaces?: string[] | { packages?: string[] };
  napi?: NapiConfig;
  [key: string]: unknown;
};

/** Reads the project at a folder; `addonPath` is the folder of its napi-rs package if package.json does not name it yet. */
export function readProject(folder: string, addonPath?: string): Project {
  const root = canonicalPath(folder);
  if (!existsSync(join(root, "package.json"))) {
    const python = readPyproject(root);
    if (python?.isMaturin) return pythonProject(root, checkSettings({ python: ".", ...python.settings }, join(root, "pyproject.toml")));
  }
  const settings = readSettings(root);
  const addonFolder = resolve(root, addonPath ?? settings.addon);
  const manifest = join(resolve(root, settings.crate ?? addonFolder), "Cargo.toml");
  const isPackage = existsSync(join(addonFolder, "package.json"));
  if (settings.python !== undefined && !(isPackage && dependsOnNapi(manifest, readPackageJson(addonFolder))))
    return pythonProject(root, settings);
  const addon = readPackageJson(addonFolder);
  const { targets, ...napi } = toNapiV3(addon.napi ?? {});
  requireNapi(addonFolder, manifest, addon);
  // napi-rs' own default.
  const binaryName = napi.binaryName ?? "index";
  return {
    folder: root,
    addonFolder,
    manifest,
    name: addon.name ?? binaryName,
    version: addon.version ?? "0.0.0",
    binaryName,
    packageName: napi.packageName ?? addon.name ?? binaryName,
    packageJson: addon,
    napi,
    napiTargets: targets ?? [],
    hasAddon: true,
    settings,
  };
}

/** A project that has only a Python package. */
function pythonProject(root: string, settings: ProjectSettings): Project {
  const folder = resolve(root, settings.python ?? ".");
  const python = readPyproject(folder);
  const manifest = python?.manifest ?? join(folder, "Cargo.toml");
  const crate = readPackageTable(manifest);
  const name = python?.name ?? crate.name ?? "index";
  const version = python?.version ?? crate.version ?? "0.0.0";
  const license = python?.license ?? crate.license;
  const packageJson = { name, version, ...(license ? { license } : {}) };
  const names = { name, version, binaryName: name, packageName: name };
  return { folder: root, addonFolder: folder, manifest, ...names, packageJson, napi: {}, napiTargets: [], hasAddon: false, settings };
}

/** The settings of a project of any kind. */
export function readSettings(folder: string): ProjectSettings {
  return checkSettings(readPackageJson(folder).boardkit ?? {}, join(folder, "package.json"));
}

function checkSettings(value: unknown, place: string): ProjectSettings {
  const settings = projectSettings.safeParse(value);
  if (settings.success) return settings.data;
  const issues = settings.error.issues.map((issue) => `${["boardkit", ...issue.path].join(".")}: ${issue.message}`);
  throw new BoardkitError(issues.join("; "), {
    code: "BAD_DATA",
    exit: "usage",
    place,
    fix: "fix that field; docs/settings.md lists its keys",
  });
}

// The targets of napi-rs v2 with `triples.defaults`.
const V2_DEFAULTS = ["x86_64-apple-darwin", "x86_64-pc-windows-msvc", "x86_64-unknown-linux-gnu"];

/** The configuration of a project, with the field names of v2 replaced by those of v3. */
function toNapiV3({ name, package: npmPackage, triples, ...napi }: NapiConfig): NapiConfig {
  const fromTriples = [...(triples?.defaults ? V2_DEFAULTS : []), ...(triples?.additional ?? [])];
  const binaryName = napi.binaryName ?? name;
  const packageName = napi.packageName ?? npmPackage?.name;
  const targets = napi.targets ?? (fromTriples.length > 0 ? fromTriples : undefined);
  return {
    ...napi,
    ...(binaryName === undefined ? {} : { binaryName }),
    ...(packageName === undefined ? {} : { packageName }),
    ...(targets === undefined ? {} : { targets }),
  };
}

// `napi = "3"`, `napi.workspace = true`, `[dependencies.napi]`.
const DEPENDS_ON_NAPI = /^\s*(?:\[(?:[^\]]*\.)?dependencies\.)?"?napi"?\s*[=.\]]/m;

/** Whether a package is one of napi-rs. The `napi` field of package.json is optional if the crate depends on napi. */
function dependsOnNapi(manifest: string, { napi }: PackageJson): boolean {
  return existsSync(manifest) && (napi !== undefined || DEPENDS_ON_NAPI.test(readFileSync(manifest, "utf8")));
}

/** Refuses a folder without a napi-rs package. */
function requireNapi(folder: string, manifest: string, packageJson: PackageJson): void {
  const hasManifest = existsSync(manifest);
  if (dependsOnNapi(manifest, packageJson)) return;
  const cause = hasManifest ? "package.json has no napi field and its crate does not depend on napi" : "there is no Cargo.toml";
  throw new BoardkitError(`${folder} is not a napi-rs project: ${cause}`, {
    code: "NOT_NAPI",
    exit: "usage",
    place: hasManifest ? join(folder, "package.json") : manifest,
    fix: 'add a Cargo.toml, and "napi": {"binaryName": ...} in package.json\nor name the folder: --cwd, "boardkit": {"addon": "<folder>"}',
  });
}

/** `owner/name` of the repository on GitHub, from any of npm's forms of `repository`; undefined if there is none. */
export function githubRepository({ repository }: PackageJson): string | undefined {
  const text = typeof repository === "string" ? repository : String((repository as { url?: unknown } | undefined)?.url ?? "");
  const form = /^(?:github:|(?:git\+)?(?:https|ssh|git):\/\/(?:git@)?github\.com\/|git@github\.com:)?([A-Za-z0-9-]+\/[\w.-]+?)(?:\.git)?$/;
  return form.exec(text)?.[1];
}

/** Reads the package.json of a folder. */
export function readPackageJson(folder: string): PackageJson {
  const path = join(folder, "package.json");
  try {
    return JSON.parse(readFileSync(path, "utf8")) as PackageJson;
  } catch (error) {
    throw new BoardkitError(
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no package.json" : `not valid JSON: ${(error as Error).message}`,
      {
        code: "NOT_NAPI",
        exit: "usage",
        place: path,
        fix: "run boardkit in a napi-rs project, or in one whose pyproject.toml has maturin as its build-backend; or name its folder with --cwd",
      },
    );
  }
}
