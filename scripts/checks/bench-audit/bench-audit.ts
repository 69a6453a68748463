// Time and peak memory of the audit, beside a disassembler on the same files in the same run.
import { stat } from "node:fs/promises";
import type { Context } from "../../stages/context.ts";
import { median } from "../../../bindings/checks/bench/median.ts";
import { disassemblerFor, pinning, timeAudit, timeDisassembler } from "./run.ts";
import { fetchAddon, nameOf, type PublishedAddon } from "../published/addon.ts";

type Measured = PublishedAddon & { arch: "x64" | "arm64" | "arm"; size: "2 MB" | "8 MB" | "25 MB" };

/** About 2, 8 and 25 MB of code for each architecture. Files that unpack another file at run time are left out: most of them is data. */
const FILES: Measured[] = [
  { package: "@rollup/rollup-linux-x64-gnu", version: "4.68.8", arch: "x64", size: "2 MB" },
  { package: "lightningcss-linux-x64-gnu", version: "1.33.0", arch: "x64", size: "8 MB" },
  { package: "@swc/core-linux-x64-gnu", version: "1.15.0", arch: "x64", size: "25 MB" },
  { package: "@rollup/rollup-linux-arm64-gnu", version: "4.68.8", arch: "arm64", size: "2 MB" },
  { package: "lightningcss-linux-arm64-gnu", version: "1.33.0", arch: "arm64", size: "8 MB" },
  { package: "@napi-rs/canvas-linux-arm64-gnu", version: "1.1.1", arch: "arm64", size: "25 MB" },
  { package: "@rollup/rollup-linux-arm-gnueabihf", version: "4.68.8", arch: "arm", size: "2 MB" },
  { package: "lightningcss-linux-arm-gnueabihf", version: "1.33.0", arch: "arm", size: "8 MB" },
  { package: "@swc/core-linux-arm-gnueabihf", version: "1.16.22", arch: "arm", size: "25 MB" },
];

/** Limits for the time on one core and for the peak memory of an audit. */
export const GOALS = { seconds: { "2 MB": 2, "8 MB": 10, "25 MB": 10 }, bytes: 300e6 };

export type Figures = {
  file: string;
  bytes: number;
  /** Medians. */
  seconds: number;
  peakBytes: number;
  /** The disassembler's median, or why there is none. */
  disassembler: { program: string; seconds: number } | { missing: string };
  /** Both goals hold. */
  good: boolean;
};

/** Measures all files `repeats` times, audit and disassembler in turn, so that a slow minute slows both. */
export async function benchAudit(repeats: number, searchPath: string, context: Context): Promise<{ pinned: boolean; figures: Figures[] }> {
  const { cache, reporter, signal } = context;
  const pin = pinning(searchPath);
  const series = [];
  for (const file of FILES) {
    const path = await fetchAddon(file, cache, signal);
    const disassembler = disassemblerFor(file.arch, searchPath);
    series.push({ file, path, disassembler, seconds: [] as number[], peaks: [] as number[], others: [] as number[] });
  }
  for (let round = 1; round <= repeats; round += 1) {
    for (const { path, disassembler, seconds, peaks, others } of series) {
      const audit = await timeAudit(path, pin, signal);
      seconds.push(audit.seconds);
      peaks.push(audit.bytes);
      if ("program" in disassembler) others.push(await timeDisassembler(disassembler.program, path, pin, signal));
    }
    reporter.note(`round ${round} of ${repeats}`);
  }
  const figures = series.map(async ({ file, path, disassembler, seconds, peaks, others }) => {
    const [typical, peak] = [median(seconds), median(peaks)];
    return {
      file: nameOf(file),
      bytes: (await stat(path)).size,
      seconds: typical,
      peakBytes: peak,
      disassembler: "program" in disassembler ? { ...disassembler, seconds: median(others) } : disassembler,
      good: typical <= GOALS.seconds[file.size] && peak <= GOALS.bytes,
    };
  });
  return { pinned: pin.length > 0, figures: await Promise.all(figures) };
}
