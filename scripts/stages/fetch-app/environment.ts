// The environment of a package manager: what npm, pnpm or Yarn set for the script that runs Boardkit must not change the installation.

/** Settings that say how to reach registries, as variables of npm. */
const KEPT = /^npm_config_(.*registry|.*proxy|cafile|ca|cert|key|strict_ssl|userconfig|globalconfig|cache|offline|prefer_offline|.*:_.*)$/i;

/** Variables for a package manager: undefined removes one. Scripts are switched off for the package managers that it starts, too. */
export function managerEnvironment(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const removed = Object.keys(env).filter((name) => /^(npm|pnpm|yarn)_/i.test(name) && !KEPT.test(name));
  return {
    ...Object.fromEntries(removed.map((name) => [name, undefined])),
    // npm installs a git dependency by another npm, which reads only variables.
    npm_config_ignore_scripts: "true",
    YARN_ENABLE_SCRIPTS: "false",
    YARN_IGNORE_PATH: "1",
    // An audit is no place for the advertisements and updates of a package manager.
    npm_config_update_notifier: "false",
    YARN_ENABLE_TELEMETRY: "0",
    CI: "true",
  };
}
