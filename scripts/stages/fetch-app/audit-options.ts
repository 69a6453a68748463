// The options of an audit of apps that the registry and the cache give.
import { join } from "node:path";
import type { AuditAppOptions } from "../../audit/app/audit-app.ts";
import { auditRevision } from "../../audit/app/revision.ts";
import { whileRunning, type Reporter } from "../../lib/reporter.ts";
import { featureNames } from "../../model/feature-names.ts";
import { getArchitecture } from "../../model/registry.ts";
import type { Context } from "../context.ts";

/** The options, with results that the cache folder keeps. */
export async function auditOptionsOf({
  registry,
  cache,
  jobs,
  signal,
}: Pick<Context, "registry" | "cache" | "jobs" | "signal">): Promise<AuditAppOptions> {
  return {
    jobs,
    signal,
    cache: { folder: join(cache, "audit"), revision: await auditRevision() },
    featureNames: featureNames(registry),
    npmCpu: (arch) => getArchitecture(registry, arch).node,
  };
}

/** Shows an audit of an app while it runs, with the files that are inspected. */
export function showAudit<T>(
  reporter: Pick<Reporter, "begin">,
  subject: string,
  work: (onFile: NonNullable<AuditAppOptions["onFile"]>) => Promise<T>,
): Promise<T> {
  return whileRunning(reporter, ["audit", subject], ({ update }) => work((done, of) => update({ count: { done, of, unit: "files" } })));
}
