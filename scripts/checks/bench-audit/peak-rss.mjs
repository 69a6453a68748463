// Preloaded into a measured Node process: appends its peak resident memory, in bytes, to the file BOARDKIT_PEAK_RSS.
import { appendFileSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

// getrusage's maxRSS includes the parent that forked this process. VmHWM starts again when the program starts.
const report = () => {
  const [, kib = "0"] = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  appendFileSync(process.env.BOARDKIT_PEAK_RSS, `${Number(kib) * 1024}\n`);
};
if (isMainThread && process.env.BOARDKIT_PEAK_RSS) process.on("exit", report);
