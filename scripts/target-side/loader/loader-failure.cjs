// Explains why the native addon of this package cannot be loaded, and how to fix that. loader.cjs loads this file only after a failure.
"use strict";

const path = require("path");

/** The error for a failed load. */
function failure(context) {
  const { table, host } = context;
  const { code, headline, found, required, fix } = causeOf(context);
  const machine = describeMachine(host);
  const tried = context.tried.map(({ id, error }) => `${id}: ${reasonOf(id, error)}`);
  const lines = [
    `${table.name} ${table.version}: ${headline}`,
    `  code:     ${code}`,
    `  machine:  ${machine}`,
    `  found:    ${found}`,
    `  required: ${required}`,
    ...(tried.length > 0 ? [`  tried:    ${tried.join("\n            ")}`] : []),
    `  fix:     ${fix}`,
  ];
  const error = Object.assign(new Error(lines.join("\n")), { name: "AddonLoadError", code, machine, found, required, tried, fix });
  const cause = context.tried.find((attempt) => !isMissing(attempt));
  return cause ? Object.assign(error, { cause: cause.error }) : error;
}

function describeMachine({ platform, arch, libc, glibc, pageSize, cpuName, runtime, nodeApi }) {
  const library = [libc, glibc].filter(Boolean).join(" ");
  const pages = pageSize && `pages of ${pageSize / 1024} KiB`;
  return [`${platform} ${arch}`, library, pages, cpuName, nodeApi ? `${runtime} with Node-API ${nodeApi}` : runtime]
    .filter(Boolean)
    .join(", ");
}

function causeOf(context) {
  const { override, tried, builds, refusals } = context;
  if (override) return causeOfOverride(context);
  // A candidate that exists but fails says more than a missing one.
  const failed = tried.find((attempt) => !isMissing(attempt));
  if (failed) return causeOfFailure(failed, context);
  if (builds.length > 0) return causeOfMissing(builds[0], context);
  if (refusals.length > 0) return causeOfRefusal(refusals, context);
  const platforms = new Set(context.table.builds.map(({ os, cpu }) => `${os} ${cpu}`));
  return {
    code: "ERR_ADDON_PLATFORM",
    headline: "there is no native addon for this platform",
    found: `${context.host.platform} ${context.host.arch}`,
    required: `one of ${[...platforms].join(", ")}`,
    fix: fixByBuilding(context),
  };
}

function causeOfOverride({ override, tried, table, exists }) {
  const [{ error }] = tried;
  return {
    code: "ERR_ADDON_PATH",
    headline: `the file that ${table.variable} names ${exists(override) ? "cannot be loaded" : "does not exist"}`,
    found: error.found || reasonOf(override, error),
    required: error.required || "a .node file that was built for this machine",
    fix: `unset ${table.variable}`,
  };
}

const HEADLINES = {
  ERR_ADDON_LIBC: "its native addon is built for another C library",
  ERR_ADDON_NODE: "this Node is too old",
  ERR_ADDON_CPU: "its native addon needs instructions that this CPU does not have",
  ERR_ADDON_PAGE_SIZE: "its native addon cannot be mapped with memory pages as large as this kernel's",
  ERR_ADDON_GLIBC: "this system's glibc is too old for its native addon",
  ERR_ADDON_FILE: "the file of its native addon is truncated or changed",
  ERR_ADDON_VERSION: "its native addon has another version",
  ERR_ADDON_EXPORTS: "the file that was loaded is another addon",
  ERR_ADDON_LOAD: "the system refused to load its native addon",
};

/** The cause for the build that passed the most checks. */
function causeOfRefusal(refusals, context) {
  const { code, found, required } = refusals.reduce((best, one) => (one.step > best.step ? one : best));
  return { code, headline: HEADLINES[code], found, required, fix: fixOfRefusal(code, required, context) };
}

function fixOfRefusal(code, required, context) {
  if (code === "ERR_ADDON_NODE") return `install ${required.replace(/^.*: /, "")}, for example: nvm install --lts`;
  if (code === "ERR_ADDON_GLIBC") return `upgrade this system to one with ${required}; ldd --version prints its version`;
  if (code === "ERR_ADDON_PAGE_SIZE") {
    const command = "echo kernel=kernel8.img | sudo tee -a /boot/firmware/config.txt && sudo reboot";
    return `boot a kernel with smaller pages; on a Raspberry Pi 5: ${command}`;
  }
  return fixByBuilding(context);
}

function fixByBuilding({ table }) {
  return `build it from the source of ${table.name} (npx napi build --platform --release), and set ${table.variable} to the .node file`;
}

/** Messages of the dynamic loaders of glibc and musl for a file that does not fit. */
const MESSAGES = [
  ["ERR_ADDON_GLIBC", /version [`'](?:GLIBC_([\d.]+))' not found/],
  ["ERR_ADDON_PAGE_SIZE", /page-aligned|alignment/],
  [
    "ERR_ADDON_LIBC",
    /(?:libc\.so|ld-linux|ld-musl|libc\.musl)\S*: (?:cannot open|invalid ELF)|shared library (?:libc\.|ld-)|: symbol not found/,
  ],
];

function causeOfFailure({ id, build, error }, context) {
  const { host } = context;
  const reinstall = fixByInstalling(build, context, id);
  if (["ERR_ADDON_VERSION", "ERR_ADDON_FILE", "ERR_ADDON_EXPORTS"].includes(error.code))
    return { code: error.code, headline: HEADLINES[error.code], found: error.found, required: error.required, fix: reinstall };
  const [code = "ERR_ADDON_LOAD", pattern] = MESSAGES.find(([, known]) => known.test(error.message)) || [];
  const headline = HEADLINES[code];
  if (code === "ERR_ADDON_GLIBC") {
    const required = `glibc ${pattern.exec(error.message)[1]} or newer`;
    return { code, headline, found: host.glibc ? `glibc ${host.glibc}` : "an older glibc", required, fix: fixOfRefusal(code, required) };
  }
  if (code === "ERR_ADDON_PAGE_SIZE") {
    const found = host.pageSize ? `pages of ${host.pageSize / 1024} KiB` : reasonOf(id, error);
    return { code, headline, found, required: "pages no larger than the file was linked for", fix: fixOfRefusal(code) };
  }
  if (code === "ERR_ADDON_LIBC")
    return {
      code,
      headline,
      found: host.libc || reasonOf(id, error),
      required: "the C library that the file was linked with",
      fix: reinstall,
    };
  return { code, headline, found: reasonOf(id, error), required: "a file that this process can load", fix: fixOfLoad(error, reinstall) };
}

function fixOfLoad(error, reinstall) {
  if (error.code === "ERR_DLOPEN_DISABLED") return "start node with --allow-addons, and without --no-addons";
  if (/failed to map|Operation not permitted/.test(error.message))
    return "move the folder to a file system without noexec, or: sudo mount -o remount,exec <its mount point>";
  return reinstall;
}

/** Install everything again: the installed file is not the published one. */
function fixByInstalling(build, context, id) {
  const { manager, project } = installOf(context);
  if (!build || !project) return `rebuild ${path.basename(id)}: npx napi build --platform --release`;
  return `cd ${project} && ${reinstallWith(manager)}`;
}

const MANAGERS = [
  { name: "pnpm", marks: ["node_modules/.modules.yaml", "pnpm-lock.yaml"], add: "pnpm add", config: "pnpm-workspace.yaml" },
  { name: "yarn", marks: [".yarnrc.yml", "node_modules/.yarn-state.yml", ".pnp.cjs"], add: "yarn add", config: ".yarnrc.yml" },
  { name: "yarn", marks: ["node_modules/.yarn-integrity", "yarn.lock"], add: "yarn add" },
  { name: "bun", marks: ["bun.lock", "bun.lockb"], add: "bun add" },
  { name: "npm", marks: [], add: "npm install", lock: "package-lock.json" },
];

const reinstallWith = ({ name }) => `rm -rf node_modules && ${name} install`;

/** The package manager that installed the package, and the project; for a checkout of the package itself no project. */
function installOf({ folder, exists, system }) {
  const [before, ...inside] = folder.split(/[\\/]node_modules[\\/]/);
  const { cwd } = system.process;
  // Yarn's Plug'n'Play and the global stores of pnpm keep packages away from the project.
  const project = exists(path.join(before, "package.json")) || !cwd ? before : cwd();
  const has = (mark) => exists(path.join(project, mark));
  const manager = MANAGERS.find(({ marks }) => marks.length === 0 || marks.some(has));
  return { manager, project: inside.length > 0 ? project : undefined };
}

/** The cause for a package that fits but is missing, from the files of the project. */
function causeOfMissing(build, context) {
  const { manager, project } = installOf(context);
  const { why, fix } = project
    ? whyMissing(build, context, manager, project)
    : { why: "this is a checkout without a build", fix: "npx napi build --platform --release" };
  return {
    code: "ERR_ADDON_NOT_INSTALLED",
    headline: `its native addon for ${build.platform} is not installed: ${why}`,
    found: installedOf(context).join(", ") || "no package for any platform",
    required: `${build.package} ${context.table.version}`,
    fix: project ? `cd ${project} && ${fix}` : fix,
  };
}

function whyMissing(build, context, manager, project) {
  const { table, host, system } = context;
  const add = `${manager.add} ${build.package}@${table.version}`;
  if (build.byName) return { why: build.byName, fix: add };
  if (Number.parseInt(host.node, 10) >= Number(build.nodeBelow))
    return { why: `Node ${host.node} is not published for it, so ${manager.name} left it out`, fix: add };
  const read = (name) => String((name && system.read(path.join(project, name))) || "");
  if (read(manager.config).includes("supportedArchitectures"))
    return { why: `supportedArchitectures in ${manager.config} does not name this machine`, fix: fixOfArchitectures(manager, host) };
  if (installedOf(context).length > 0) return { why: "node_modules was installed on or for another machine", fix: reinstallWith(manager) };
  const lock = read(manager.lock);
  if (lock && !lock.includes(`node_modules/${build.package}"`)) {
    const why = `${manager.lock} does not list it: npm wrote that file on another platform`;
    return { why, fix: `rm -rf node_modules ${manager.lock} && npm install` };
  }
  const fix = manager.name === "npm" ? "npm install --include=optional" : reinstallWith(manager);
  return { why: "optional dependencies were left out (--omit=optional, --no-optional)", fix };
}

function fixOfArchitectures({ name }, { platform, arch, libc }) {
  if (name === "pnpm") return `pnpm install --os=${platform} --cpu=${arch}${libc ? ` --libc=${libc}` : ""}`;
  const current = '{"os":["current"],"cpu":["current"],"libc":["current"]}';
  return `yarn config set supportedArchitectures --json '${current}' && yarn install`;
}

/** The installed packages of platforms. */
function installedOf({ table, require }) {
  return table.builds.flatMap((build) => {
    try {
      const { version } = require(`${build.package}/package.json`);
      return version ? [`${build.package} ${version}`] : [];
    } catch {
      // Most of them are not installed.
      return [];
    }
  });
}

function isMissing({ error }) {
  return error.code === "ERR_ADDON_NOT_INSTALLED";
}

/** Why one candidate failed, in one line. */
function reasonOf(id, { code, message }) {
  const [line] = message.split("\n", 1);
  return code === "MODULE_NOT_FOUND" && line.includes(id) ? "no such file" : line.replace(`${id}: `, "");
}

module.exports = { failure };
