// `boardkit deploy` to a fleet of 50 hosts: each a real daemon of ssh and a real runit, three of them dead, two behind slow links.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deployReport, type HostResult } from "../../model/deploy/report.ts";
import { start } from "../e2e/cli.ts";
import { cpuSecondsOf, startFleet, type Fleet } from "../fixtures/deploy/fleet.ts";
import { findDeployObstacle } from "../fixtures/deploy/guest.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { skipFor } from "../fixtures/skip-for.ts";

const folder = mkdtempSync(join(tmpdir(), "fleet-"));
const project = join(folder, "project");
const SERVER = `require("node:http").createServer((_, response) => response.end(process.env.BOARDKIT_RELEASE)).listen(8080, "board");\n`;

const SIZES = { good: 45, slow: 2, refusing: 2, silent: 1 };

let obstacle: string | undefined;
let fleet: Fleet;
beforeAll(async () => {
  obstacle = await findDeployObstacle(context);
  if (obstacle === undefined) fleet = await startFleet(folder, SIZES, context);
}, 300_000);
afterAll(async () => {
  await fleet?.end();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

const bytesOf = (text: string, field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;

type Usage = {
  /** The most bytes that the CLI has. */
  cli: number;
  /** The most bytes that its processes of ssh have together; sampled, so that short peaks may be missing. */
  ssh: number;
  /** Seconds of CPU of both. */
  cpu: number;
};

/** Watches a command and the processes that it starts. */
function watch(root: number): () => Usage {
  const most: Usage = { cli: 0, ssh: 0, cpu: 0 };
  const sample = () => {
    const parents = new Map<number, number>();
    const texts = new Map<number, string>();
    for (const pid of readdirSync("/proc").map(Number).filter(Boolean)) {
      try {
        const text = readFileSync(`/proc/${pid}/status`, "utf8");
        texts.set(pid, text);
        parents.set(pid, Number(/^PPid:\s+(\d+)/m.exec(text)?.[1]));
      } catch {
        // It has ended.
      }
    }
    const isOurs = (pid: number): boolean => pid === root || (parents.has(pid) && isOurs(parents.get(pid)!));
    let ssh = 0;
    for (const [pid, text] of texts) {
      if (!isOurs(pid)) continue;
      if (/^Name:\s+ssh$/m.test(text)) ssh += bytesOf(text, "RssAnon");
      else {
        most.cli = Math.max(most.cli, bytesOf(text, "VmHWM"));
        if (pid !== root) most.cpu = Math.max(most.cpu, cpuSecondsOf(pid));
      }
    }
    most.ssh = Math.max(most.ssh, ssh);
  };
  const timer = setInterval(sample, 500);
  return () => {
    clearInterval(timer);
    return most;
  };
}

type Deployed = { code: number | null; hosts: HostResult[]; stderr: string; seconds: number; usage: Usage; boards: number };

/** Deploys the project to hosts. */
async function deploy(hosts: string[], options: string[]): Promise<Deployed> {
  const started = performance.now();
  const { child, ended } = start(["--cwd", project, "deploy", ...hosts, "--ssh-config", fleet.config, "--json", ...options]);
  const usage = watch(child.pid!);
  const before = fleet.cpuSeconds();
  const { code, stdout, stderr } = await ended;
  const seconds = (performance.now() - started) / 1000;
  return {
    code,
    hosts: deployReport.parse(JSON.parse(stdout)).hosts,
    stderr,
    seconds,
    usage: usage(),
    boards: fleet.cpuSeconds() - before,
  };
}

function write(settings: object, server = SERVER): void {
  mkdirSync(project, { recursive: true });
  const deploySettings = { ...fleet.settings, health: { http: "http://board:8080/" }, ...settings };
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "kitchen", version: "1.0.0", boardkit: { deploy: deploySettings } }));
  writeFileSync(join(project, "server.js"), server);
}

/** The hosts, with the dead ones among the first. */
const order = ({ good, slow, dead }: Fleet["hosts"]) => [
  ...dead.slice(0, 1),
  ...good.slice(0, 5),
  ...slow,
  ...dead.slice(1),
  ...good.slice(5),
];

const GOAL_SECONDS = 60;

test("50 hosts, 3 dead and 2 slow: 47 run the release, and 3 rows say why", async () => {
  // A slow link on a busy machine has time for its trial.
  write({ maxFailures: 10, confirm: 120 });
  const all = order(fleet.hosts);
  const { code, hosts, stderr, seconds, usage, boards } = await deploy(all, []);
  expect(hosts.map(({ host }) => host)).toEqual(all);
  const done = hosts.filter(({ outcome }) => outcome === "deployed");
  const lines = [
    `goal | found, on ${availableParallelism()} processors that also run the boards`,
    `${SIZES.good + SIZES.slow} of ${all.length} hosts run the release | ${done.length}`,
    `${GOAL_SECONDS} s | ${seconds.toFixed(1)} s`,
    `- | ${(usage.cli / 1e6).toFixed(0)} MB of memory for the CLI, ${(usage.ssh / 1e6).toFixed(0)} MB for its ssh`,
    `- | CPU: ${usage.cpu.toFixed(1)} s of the CLI and its ssh, ${boards.toFixed(1)} s of the boards: on ${availableParallelism()} idle processors at least ${((usage.cpu + boards) / availableParallelism()).toFixed(0)} s`,
    `- | median ${median(done.map((one) => one.seconds)).toFixed(1)} s a host, slow links ${hosts
      .filter(({ host }) => fleet.hosts.slow.includes(host))
      .map((one) => `${one.seconds.toFixed(1)} s`)
      .join(", ")}`,
    ...hosts
      .filter((one) => one.outcome !== "deployed")
      .map(({ host, outcome, error, seconds: took }) => `${host}: ${outcome}, ${error?.code}: ${error?.message} (${took.toFixed(1)} s)`),
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
  expect(code, stderr).toBe(1);
  expect(new Set(done.map(({ release }) => release)).size).toBe(1);
  expect(done.map(({ host }) => host).toSorted()).toEqual([...fleet.hosts.good, ...fleet.hosts.slow].toSorted());
  for (const { host, outcome, error } of hosts.filter((one) => fleet.hosts.dead.includes(one.host))) {
    expect({ host, outcome, code: error?.code }).toEqual({
      host,
      outcome: "away",
      code: host.startsWith("silent") ? "HOST_AWAY" : "HOST_REFUSED",
    });
    expect(error?.fix).not.toBe("");
  }
  for (const { host, release } of done) expect(await (await fetch(`http://${fleet.address(host)}:8080/`)).text()).toBe(release);
  expect(seconds).toBeLessThan(GOAL_SECONDS);
});

test("with maxFailures 1 the first failure stops the fleet: hosts that have begun end, no further one begins", async () => {
  const [canary = "", ...others] = fleet.hosts.good;
  const [bad = "", ...rest] = others;
  // That machine is no board of this name.
  write({ maxFailures: 1, parallel: 4, hosts: { [bad]: { board: "pi-2" } } }, `// the next release\n${SERVER}`);
  const { code, hosts } = await deploy([canary, bad, ...rest], []);
  expect(code).toBe(1);
  const outcomes = Object.fromEntries(hosts.map(({ host, outcome }) => [host, outcome]));
  expect(outcomes[canary]).toBe("deployed");
  expect(hosts.find(({ host }) => host === bad)).toMatchObject({ outcome: "failed", error: { code: "OTHER_BOARD" } });
  const count = (outcome: string) => hosts.filter((one) => one.outcome === outcome).length;
  process.stderr.write(
    `maxFailures 1, 4 at a time: ${count("deployed")} deployed, ${count("failed")} failed, ${count("skipped")} not begun\n`,
  );
  // Those beside the one that failed.
  expect(count("deployed")).toBeLessThanOrEqual(4);
  expect(count("deployed") + count("failed") + count("skipped")).toBe(SIZES.good);
});

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
