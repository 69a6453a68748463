// The report of `boardkit board --json`: one document, version 2.

export type Memory = {
  /** Anonymous memory: what the process costs a board. */
  rssAnonKiB: number;
  /** Peak memory. Much of it is pages of files, which the kernel can drop. */
  vmHwmKiB: number;
};

export type BoardResult = {
  board: string;
  target: string;
  /** CPU as QEMU names it. */
  cpu: string;
  /** Machine of QEMU. */
  machine: string;
  /** Stand-ins of this run: for the machine, or for Node. */
  standsIn: string[];
  ramMiB: number;
  /** `unsupported`: nothing was booted, and `reason` says why. */
  verdict: "passed" | "failed" | "unsupported";
  /** Why it failed, or what happened on the way. */
  reason?: string;
  /** Cause of a failure: the addon, too little memory, or the board (emulator, kernel, runtime). */
  fault?: "addon" | "memory" | "board";
  /** Number of boots. */
  boots: number;
  /** Of the last boot, from the start of QEMU to its end, images included. */
  wallSeconds: number;
  /** Release of the kernel. Like the fields below it is of the last boot, and absent if the boot did not get that far. */
  kernel?: string;
  memTotalKiB?: number;
  /** From the start of the kernel until the first program could start. */
  bootSeconds?: number;
  /** The runtime: a Node's version, or the probe host. */
  runtime?: string;
  /** Memory of the runtime alone, with the addon loaded, and with the smoke script. */
  bare?: Memory;
  loaded?: Memory;
  smoke?: Memory;
  /** Measurements of the smoke script, from `measures` in its report: name to text, for example {"start": "12 ms"}. */
  measures?: Record<string, string>;
  passed: number;
  failed: number;
  /** With --find-min: the smallest memory at which it passed. */
  leastMiB?: number;
};

export type BoardReport = { schema: 2; qemu: string; boards: BoardResult[] };
