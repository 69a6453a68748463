// Runs Node's tests of Node-API in Node and in the host.
import { join } from "node:path";
import { describeEnd, run, tailOf } from "../../tools/exec.ts";
import { compileAddon } from "./native-host.ts";
import type { TestFolder } from "./suite.ts";

const SECONDS = 30;
/** For the host with sanitizers: the addons of the tests leak on purpose. */
const ENVIRONMENT = { ASAN_OPTIONS: "detect_leaks=0" };

/** The outcome of one test: the reason of its failure, or undefined. */
export type TestResult = { folder: string; file: string; node: string | undefined; host: string | undefined };

/** Compiles the addons of a folder; returns the reason if one does not compile. */
async function compileAddons({ folder, addons, checkout }: TestFolder, signal: AbortSignal): Promise<string | undefined> {
  for (const { target_name: name, sources, defines } of addons) {
    const files = sources.map((file) => join(folder, file));
    const output = join(folder, "build/Release", `${name}.node`);
    const all = [...defines, `NODE_GYP_MODULE_NAME=${name}`];
    const fault = await compileAddon(files, all, output, checkout, signal).then(
      () => undefined,
      (error: unknown) => error as Error & { details?: { tail?: string } },
    );
    if (fault) return `${name} does not compile: ${/error: .*/.exec(fault.details?.tail ?? "")?.[0] ?? fault.message}`;
  }
  return undefined;
}

/** Runs one test with a program; returns the reason of its failure. */
async function runTest(program: string, folder: string, file: string, flags: string[], signal: AbortSignal): Promise<string | undefined> {
  const outcome = await run({
    argv: [program, ...flags, join(folder, file)],
    cwd: folder,
    env: ENVIRONMENT,
    signal,
    timeoutSeconds: SECONDS,
  });
  if (outcome.timedOut) return `did not end in ${SECONDS} s`;
  return outcome.exitCode === 0 ? undefined : `${describeEnd(outcome)}: ${tailOf(outcome.stderr.trim() || outcome.stdout.trim())}`;
}

/** Runs the tests of a folder in Node, and in the host. */
export async function runFolder(tests: TestFolder, host: string, signal: AbortSignal): Promise<TestResult[]> {
  const fault = await compileAddons(tests, signal);
  const results: TestResult[] = [];
  for (const { file, flags } of tests.tests) {
    const runIn = async (program: string) => fault ?? (await runTest(program, tests.folder, file, flags, signal));
    results.push({ folder: tests.name, file, node: await runIn(process.execPath), host: await runIn(host) });
  }
  return results;
}
