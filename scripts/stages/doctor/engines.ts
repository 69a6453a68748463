// Which container engines `--builder cross` may run in on this machine, and whether their daemons answer.
import { hasUnifiedCgroups, examineEngine, enginesOf, type Engine } from "../../tools/containers/container.ts";
import type { EngineSearch } from "../plan/builders.ts";
import type { Context } from "../context.ts";
import { whereIs } from "../set-up/host-tools.ts";

export type EngineFinding = {
  name: string;
  works: boolean;
  /** Whether `--builder cross` takes it. */
  used: boolean;
  /** Version and daemon, or why it does not work. */
  text: string;
  fix?: string;
};

/** Examines all engines that may be taken, and returns the one that is. */
export async function examineEngines(
  { searchPath, engines }: EngineSearch,
  { cache, signal }: Context,
): Promise<{ findings: EngineFinding[]; engine: Engine | undefined }> {
  const host = { cache, where: (name: string) => whereIs(name, searchPath), unifiedCgroups: hasUnifiedCgroups() };
  const findings: EngineFinding[] = [];
  let taken: Engine | undefined;
  for (const program of enginesOf(engines)) {
    const engine = await examineEngine(program, host, engines, signal);
    if ("reason" in engine) findings.push({ name: program, works: false, used: false, text: engine.reason, fix: engine.fix });
    else {
      const { name, path, about } = engine;
      const facts = [name === program ? about : `it is ${name} ${about ?? ""}`.trim(), `by ${path}`].filter(Boolean);
      findings.push({ name: program, works: true, used: !taken, text: facts.join(", ") });
      taken ??= engine;
    }
  }
  return { findings, engine: taken };
}
