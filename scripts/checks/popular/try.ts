import { loadRegistry } from "../../model/read-registry.ts";
import { cacheRoot } from "../../lib/paths.ts";
import { callMachine, runCall } from "./run.ts";
import { readPopular } from "./list.ts";
import { existsSync } from "node:fs";
const [board = "pi-3", ...words] = process.argv.slice(2);
const registry = loadRegistry();
const m = callMachine(registry, cacheRoot(process.env), board);
const { packages } = await readPopular(words);
const arch = m.node.includes("aarch64") ? "arm64" : "arm";
for (const p of packages) {
  if (!p.call) continue;
  const folder = `/work/dev/popular/${arch}/${p.name.replaceAll(/[/@]/g, "_")}`;
  if (!existsSync(folder)) { console.log(p.name, "NOT INSTALLED"); continue; }
  const t0 = Date.now();
  const t = await runCall(p.call, folder, m, new AbortController().signal);
  console.log(p.name, board, ((Date.now()-t0)/1000).toFixed(1), t.end, "|", t.text.slice(0, 300));
}
