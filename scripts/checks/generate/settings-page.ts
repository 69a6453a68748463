// docs/settings.md, from the rules of the boardkit field and the list of environment variables.
import { z } from "zod";
import { projectSettings } from "../../model/project.ts";
import { markdownTable } from "./markdown-table.ts";

/** What is read here of a JSON Schema. */
type Schema = {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  items?: Schema;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
};

/** Variables that Boardkit reads: name, default, meaning. A unit test compares the names with the sources. */
const READ = [
  ["`BOARDKIT_CACHE`", "`~/.cache/boardkit`", "folder for downloads and tools"],
  ["`XDG_CACHE_HOME`", "`~/.cache`", "parent of the folder `boardkit`, if `BOARDKIT_CACHE` is not set"],
  ["`XDG_RUNTIME_DIR`", "the folder for temporary files", "where `deploy` and its companions put the socket of their connection"],
  ["`CARGO_HOME`", "`~/.cargo`", "cargo's folder"],
  ["`CARGO_REGISTRY_DEFAULT`", "`crates-io`", "registry of cargo's configuration that `publish` publishes crates to"],
  [
    "`UV_PUBLISH_URL`, `UV_PUBLISH_CHECK_URL`",
    "those of PyPI",
    "index that `publish` uploads wheels to, and its address for pip; both or none",
  ],
  ["`PATH`", "", "where programs of this machine are found, such as `rustup`, `podman` and `docker`"],
  ["`SOURCE_DATE_EPOCH`", "1985-10-26", "time in Debian's and OpenWrt's packages and in the SBOM, in seconds since 1970"],
  ["`CROSS_CONTAINER_ENGINE`", "podman, then docker", "container engine: a name or a path"],
  ["`CROSS_CONTAINER_OPTS`, `DOCKER_OPTS`", "", "further options of the container engine; the second counts if the first is not set"],
  ["`CROSS_ROOTLESS_CONTAINER_ENGINE`", "what docker says", "`1` if docker's daemon runs without root, else `0`"],
  ["`DOCKER_HOST`, `DOCKER_CONTEXT`", "docker's own", "daemon that docker calls; it must be on this machine"],
  [
    "`GITHUB_STEP_SUMMARY`",
    "",
    "GitHub Actions: the file of the job summary, to which `ship`, `report`, `board` and `audit` add their tables",
  ],
  ["`CONTAINERS_CONF`", "", "podman's configuration, instead of the one that Boardkit writes"],
  ["`CI`", "", "if set, there are no [live lines](cli.md#progress), as without a terminal"],
  ["`TERM`", "", "live lines and colours need a terminal other than `dumb`"],
  [
    "`NO_COLOR`, `FORCE_COLOR`",
    "",
    "no colours; colours also without a terminal, as [Node](https://nodejs.org/api/cli.html#force_color1-2-3) reads them",
  ],
  ["`BOARDKIT_SKIP_INSTALL`", "", "if set, a checkout of Boardkit does not run `npm ci` when the lockfile has changed"],
  ["`BOARDKIT_CORPUS`", "", "folder with repositories of policies, for [the checks beside OPA](judges.md#corpus)"],
  ["`GOPROXY`", "Go's own", "module proxy that `npm run conformance` gets OPA's cases from"],
  ["`PYENV_ROOT`", "`~/.pyenv`", "where `npm run test:deep` looks for further CPythons"],
];

/** Variables that Boardkit sets for the programs that it runs. */
const SET = [
  ["`BOARDKIT_ADDON`", "smoke scripts", "path of the addon"],
  ["`BOARDKIT_RESULT`", "smoke scripts", 'path of the file for the result, `{"passed": 3, "failed": 0}`'],
  ["the one that `profileVariable` names", "smoke scripts on a board with `--profile`", "the profile"],
];

/** Variables of programs that use an addon. */
const AT_RUN_TIME = [
  [
    "`<NAME>_NATIVE_PATH`",
    "[the loader](loader.md#how-the-loader-decides)",
    "file to load and no other: `GRID_NATIVE_PATH` for an addon named `grid`",
  ],
  ["`GRID_PROFILE`", "Grid", "[profile](profiles.md) of caches and engines: `tiny`, `small`, `medium`, `standard` or `auto`"],
];

/** The field of the page's example: all keys. A unit test parses it. */
export const example = {
  addon: "packages/addon",
  crate: "crates/addon",
  targets: ["armv7-*", "aarch64-*"],
  systemPackages: ["cmake"],
  containerBase: "debian:bookworm-slim",
  prepare: ["npm", "run", "build"],
  prepareInputs: ["src"],
  prepareOutputs: ["lib"],
  smoke: "test/smoke.mjs",
  smokeInputs: ["test/fixtures"],
  runtimes: ["bun", "deno"],
  tests: ["my-crate"],
  allow: ["cpu/missing-feature"],
  boards: ["pi-3", "filogic-256"],
  sizeBudgets: { "armv7-unknown-linux-musleabihf": 3_300_000 },
  python: "packages/python",
  profileVariable: "MY_PROFILE",
  pythonSmoke: "test/smoke.py",
  crates: ["thing-core"],
  profiles: {
    small: {
      features: ["bundle"],
      env: { MY_BUFFERS: "small" },
      sizeBudgets: { "armv7-unknown-linux-musleabihf": 2_300_000 },
    },
  },
  loader: "lib",
  deploy: {
    name: "kitchen",
    entry: "src/server.js",
    args: ["--port", "8080"],
    env: { LOG_LEVEL: "info" },
    profile: "small",
    memoryMax: "96M",
    health: { http: ":8080/health", timeout: 20 },
    hosts: {
      kitchen: { ssh: "pi@kitchen", groups: ["home"], board: "pi-4" },
      router: { ssh: "root@192.168.1.1", groups: ["home"] },
    },
  },
};

const HEAD = `<!-- Generated by \`boardkit dev generate\` from scripts/model/project.ts and scripts/checks/generate/settings-page.ts. -->

# Settings

_For addon maintainers._

Boardkit reads \`napi.binaryName\` and \`napi.targets\` from package.json, as napi-rs does. [Your project](foreign-projects.md#what-your-project-needs)
lists what else it needs. Everything on this page is optional.

## The \`boardkit\` field of package.json

Paths are relative to the folder of package.json. An unknown key is an error.
[targets/schema/project-settings.json](../targets/schema/project-settings.json) is the JSON Schema of the field, and comes with the package.
`;

const SMOKE = `
A smoke run passes if the script ends with status 0 and its result has at least one \`passed\` and no \`failed\`. Without a script, Boardkit loads
the addon and counts its exports. The result may name failed cases, \`"failures": [{"file": "ttl", "name": "an entry expires"}]\`: the comparison of
Bun and Deno with Node then names them too.
`;

/** The page's text. */
export function generateSettingsPage(): string {
  const { properties = {} } = z.toJSONSchema(projectSettings, { io: "input" }) as Schema;
  const ofProfile = (properties.profiles?.additionalProperties || {}).properties ?? {};
  const ofDeploy = properties.deploy?.properties ?? {};
  const ofHost = (ofDeploy.hosts?.additionalProperties || {}).properties ?? {};
  return [
    HEAD,
    keyTable(properties),
    SMOKE,
    "The keys of a profile, for example of `profiles.small`:\n",
    keyTable(ofProfile),
    "\nThe keys of `deploy`, for [deploying](deploy.md):\n",
    keyTable(ofDeploy),
    "\nThe keys of `deploy.health`; one of the first three:\n",
    keyTable(ofDeploy.health?.properties ?? {}),
    "\nThe keys of a host, for example of `deploy.hosts.kitchen`:\n",
    keyTable(ofHost),
    "\nA field with every key of its own:\n",
    `\`\`\`json\n${jsonOf({ boardkit: example })}\n\`\`\``,
    "\n## Environment variables that Boardkit reads\n",
    markdownTable([["variable", "default", "meaning"], ...READ]),
    "\n## Environment variables that Boardkit sets\n",
    markdownTable([["variable", "for", "meaning"], ...SET]),
    "\n## Environment variables of a program that uses an addon\n",
    `${markdownTable([["variable", "read by", "meaning"], ...AT_RUN_TIME])}\n`,
  ].join("\n");
}

/** JSON as oxfmt writes it: short lists on one line. */
function jsonOf(value: object): string {
  return JSON.stringify(value, null, 2).replaceAll(/\[[^[\]{}]*\]/g, (list) =>
    list.replaceAll(/\n\s*/g, " ").replaceAll(/\[ | \]/g, (edge) => edge.trim()),
  );
}

/** A table of keys with type, default and meaning. */
function keyTable(properties: Record<string, Schema>): string {
  const rows = Object.entries(properties).map(([key, schema]) => [
    `\`${key}\``,
    typeOf(schema),
    schema.default === undefined ? "" : `\`${JSON.stringify(schema.default)}\``,
    schema.description ?? "",
  ]);
  return markdownTable([["key", "type", "default", "meaning"], ...rows]);
}

/** Most values of an enumeration that the table names; the rules of the audit are more, and have a page. */
const MOST_NAMED = 5;

const quoted = (values: string[]) => values.map((value) => `\`"${value}"\``).join(", ");

/** The type of a key's value, for readers. */
function typeOf({ type, items, properties, additionalProperties, anyOf }: Schema): string {
  if (anyOf) return anyOf.map(typeOf).join(" or ");
  if (items?.enum) return items.enum.length > MOST_NAMED ? "list of [rules](audit-rules.md)" : `list of ${quoted(items.enum)}`;
  if (type === "object" && properties) return "object, see below";
  if (type === "array") return `list of ${items?.type}s`;
  if (type !== "object" || !additionalProperties) return type ?? "";
  return additionalProperties.type === "object" ? "object, see below" : `object of ${additionalProperties.type}s`;
}
