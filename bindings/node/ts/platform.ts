/** What decides which build of the addon fits. */
export interface Host {
  /** `process.platform` */
  platform: string;
  /** `process.arch` */
  arch: string;
  /** Version of the 32-bit ARM architecture that this Node was built for. */
  armVersion?: number | undefined;
  /** C library; undefined where it cannot be told or does not matter. */
  libc?: "glibc" | "musl" | undefined;
}

const SUFFIX = { glibc: ["gnu"], musl: ["musl"], unknown: ["gnu", "musl"] };

/** Names of the builds that can run on a host, best first, as napi-rs names them. */
export function platformNames({ platform, arch, armVersion, libc }: Host): string[] {
  if (platform !== "linux") return [`${platform}-${arch}`];
  const suffixes = SUFFIX[libc ?? "unknown"];
  if (arch !== "arm") return suffixes.map((suffix) => `linux-${arch}-${suffix}`);
  // napi-rs gives `armv7-` and `arm-` triples the one name linux-arm-*, which is kept for armv7.
  // armv6 code runs on every later core; armv7 code ends an armv6 process with SIGILL, so an unknown version counts as 6.
  const cpus = (armVersion ?? 6) >= 7 ? ["arm", "armv6"] : ["armv6"];
  return suffixes.flatMap((suffix) => cpus.map((cpu) => `linux-${cpu}-${suffix}eabihf`));
}

/** Says a host in words, for messages. */
export function hostText({ platform, arch, armVersion, libc }: Host): string {
  return [platform, arch === "arm" ? `arm v${armVersion ?? "?"}` : arch, libc].filter((word) => word !== undefined).join(" ");
}

/** Reads the facts of the running process. */
export function currentHost(): Host {
  const { platform, arch } = process;
  if (platform !== "linux") return { platform, arch };
  const variables = process.config.variables as { arm_version?: string | number };
  const armVersion = arch === "arm" ? Number(variables.arm_version) || undefined : undefined;
  return { platform, arch, armVersion, libc: currentLibc() };
}

/** The C library that this Node is linked with, from its own report. */
function currentLibc(): Host["libc"] {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  if (!report) return undefined;
  // The report looks up the host name of every open socket unless told not to.
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime ? "glibc" : "musl";
  } finally {
    report.excludeNetwork = before ?? false;
  }
}
