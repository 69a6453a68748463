// A Debian of this machine's own CPU that runs with its own systemd, in namespaces: real services, and nothing is emulated.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run, type Outcome } from "../../tools/exec.ts";

export type BootedSystem = {
  /** Runs a shell script as its root. */
  sh(script: string): Promise<Outcome>;
  /** Arguments before a command of this machine, which sees the network of the system. */
  inNetwork: string[];
  end(): Promise<void>;
};

/** Nothing of it is set up at the first boot, and no timer updates it at a time of its own. */
const MASKED = ["systemd-firstboot.service", "apt-daily.timer", "apt-daily-upgrade.timer"];

/** Where cgroup2 is mounted; undefined if it is nowhere. */
export function findCgroups(): string | undefined {
  return /^cgroup2? (\S+) cgroup2 /m.exec(readFileSync("/proc/mounts", "utf8"))?.[1];
}

/** Boots a root that nobody else uses, and waits until its services have started. */
export async function bootSystem(root: string, cgroups: string): Promise<BootedSystem> {
  writeFileSync(join(root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
  mkdirSync(join(root, "etc/systemd/system"), { recursive: true });
  for (const unit of MASKED) {
    rmSync(join(root, "etc/systemd/system", unit), { force: true });
    symlinkSync("/dev/null", join(root, "etc/systemd/system", unit));
  }
  const child = spawn("sh", [join(import.meta.dirname, "boot.sh"), root, cgroups], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk));
  const ended = once(child, "exit");
  const [line] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer | number | null];
  if (!Buffer.isBuffer(line)) throw new Error(`boot.sh ends: ${errors}`);
  const holder = line.toString().trim();
  const init = readFileSync(`/proc/${holder}/task/${holder}/children`, "utf8").trim();
  const enter = ["nsenter", "--target", init, "--user", "--mount", "--pid", "--cgroup", "--ipc", "--uts", "--net"];
  const clean = ["env", "--ignore-environment", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C"];
  const sh = (script: string) => run({ argv: [...enter, ...clean, "sh", "-ec", `cd /\n${script}`], timeoutSeconds: 300 });
  const deadline = performance.now() + 120_000;
  // Until init has its own bus, systemctl says that it is offline.
  for (;;) {
    const { stdout, stderr } = await sh("systemctl is-system-running || true");
    if (/^(running|degraded)$/m.test(stdout)) break;
    if (performance.now() > deadline) throw new Error(`the system does not boot: ${stdout}${stderr}${errors}`);
    await sleep(200);
  }
  return {
    sh,
    inNetwork: ["nsenter", "--target", init, "--user", "--net", "--preserve-credentials"],
    end: async () => {
      process.kill(Number(init), "SIGKILL");
      await ended;
    },
  };
}
