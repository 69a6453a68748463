// What `boardkit board --json` prints: one document, version 2.

export type Memory = {
  /** Memory of its own that is no file's: what the process costs a board. */
  rssAnonKiB: number;
  /** Most memory that it had at a time; much of that are pages of files, which the kernel drops when it has to. */
  vmHwmKiB: number;
};

export type BoardResult = {
  board: string;
  target: string;
  /** CPU as QEMU names it. */
  cpu: string;
  /** Machine of QEMU. */
  machine: string;
  /** What is not the real thing: the machine, or the program that runs in the place of Node. */
  standsIn: string[];
  ramMiB: number;
  /** `unsupported`: nothing was booted, and `reason` says why. */
  verdict: "passed" | "failed" | "unsupported";
  /** Why it failed, or what happened on the way. */
  reason?: string;
  /** Whose fault a failure is: the addon's, want of memory, or the board's (emulator, kernel, runtime). */
  fault?: "addon" | "memory" | "board";
  /** Boots that it took. */
  boots: number;
  /** Of the last boot, from the start of QEMU to its end, images included. */
  wallSeconds: number;
  /** What the last boot told, as far as it came. */
  kernel?: string;
  memTotalKiB?: number;
  /** From the kernel's first moment until the first program could begin. */
  bootSeconds?: number;
  /** What ran: a Node's version, or the probe host. */
  runtime?: string;
  /** The runtime alone, the addon loaded into it, the smoke script with all that it does. */
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
