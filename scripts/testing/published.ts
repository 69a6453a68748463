// The audit's verdict on published addons against what they do: each is fetched, audited for the lowest CPU of its target, loaded in the
// target's Node under QEMU at that CPU, and called where a call is known.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "../inspect/judge.ts";
import type { Plan } from "../model/plan.ts";
import type { Registry } from "../model/registry.ts";
import { auditFile, cpuOf } from "../pipeline/audit.ts";
import { run, runOrFail, tailOf } from "../tools/exec.ts";

type Published = { package: string; version: string; target: string; call?: string };
export type Verdict = {
  file: string;
  cpu: string;
  predicted: "runs" | "dies" | "fails";
  observed: "runs" | "dies" | "fails";
  reason: string;
};

/** Files of targets/cpus for QEMU's names where the two differ. */
const QEMU_CPU: Record<string, string> = { qemu64: "x86-64" };

/** Compares all packages of published.json, one after another. */
export async function* comparePublished(plan: Plan, registry: Registry, cache: string, signal: AbortSignal): AsyncGenerator<Verdict> {
  const list = JSON.parse(await readFile(new URL("published.json", import.meta.url), "utf8")) as { packages: Published[] };
  for (const wanted of list.packages) {
    const target = plan.targets.find((one) => one.target.triple === wanted.target);
    const node = target?.runs.find((one) => one.kind === "node");
    if (!target || !node) throw new TypeError(`no Node runs for ${wanted.target}`);
    const file = await fetchAddon(wanted, cache, signal);
    // The place is the emulated one: the target's C library on QEMU's CPU, which may have more than the target promises.
    const place = { ...target.place, ...cpuOf(registry, QEMU_CPU[node.cpu] ?? node.cpu), pageSize: 4096, glibcFloor: undefined };
    const { places } = await auditFile({ path: file, bytes: await readFile(file) }, [place]);
    // No emulator has the erratum.
    const bad = places
      .flatMap(({ findings }) => findings)
      .filter(({ rule, severity }) => severity === "error" && rule !== "cpu/erratum-843419");
    const script = `const m = require(${JSON.stringify(file)}); ${wanted.call ?? ""}`;
    const [program = ""] = node.program;
    const outcome = await run({
      argv: [...node.emulator, program, "-e", script],
      env: { NO_COLOR: "1", UV_USE_IO_URING: "0" },
      signal,
      timeoutSeconds: 120,
    });
    const observed = outcome.exitCode === 0 ? "runs" : outcome.endedBy === "SIGILL" ? "dies" : "fails";
    const reason =
      observed === "fails"
        ? (tailOf(outcome.stderr)
            .split("\n")
            .find((line) => line.includes("Error")) ?? "")
        : (bad[0]?.message ?? "");
    yield { file: `${wanted.package}@${wanted.version}`, cpu: node.cpu, predicted: predict(bad), observed, reason };
  }
}

function predict(errors: Finding[]): Verdict["predicted"] {
  if (errors.length === 0) return "runs";
  return errors.some(({ rule }) => rule !== "cpu/missing-feature") ? "fails" : "dies";
}

/** The .node file of a package, fetched by npm, which checks its integrity. */
async function fetchAddon({ package: name, version }: Published, cache: string, signal: AbortSignal): Promise<string> {
  const folder = join(cache, "published", `${name.replaceAll(/\W+/g, "-")}-${version}`);
  if (!existsSync(join(folder, "package"))) {
    await mkdir(folder, { recursive: true });
    await runOrFail({ argv: ["npm", "pack", `${name}@${version}`, "--silent"], cwd: folder, signal }, "FETCH_FAILED");
    const archive = (await readdir(folder)).find((file) => file.endsWith(".tgz")) ?? "";
    await runOrFail({ argv: ["tar", "-xzf", archive], cwd: folder, signal }, "UNPACK_FAILED");
  }
  const addon = (await readdir(join(folder, "package"))).find((file) => file.endsWith(".node"));
  if (!addon) throw new TypeError(`${name} holds no addon`);
  return join(folder, "package", addon);
}
