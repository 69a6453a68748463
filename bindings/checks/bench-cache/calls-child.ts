// Times all peers with one capacity, one value size, and a time to live or none. Prints nanoseconds as JSON.
//
// node calls-child.ts SETTING: a CallSetting as JSON.
import { measure } from "../bench/measure.ts";
import { type CallSetting, type CallTimes, PEERS } from "./calls.ts";
import type { Grid } from "./grid.ts";
import { BATCH, keysFor, portions } from "./keys.ts";
import { type asksOf, CALLS } from "./loops.ts";
import type { MAKERS, PeerName } from "./peers.ts";

type Own = { MAKERS: typeof MAKERS; asksOf: typeof asksOf };

const setting = JSON.parse(process.argv[2] as string) as CallSetting;
const { capacity, valueBytes, ttlMs, socket } = setting;
const [grid, fallback] = (await Promise.all([import(setting.grid), import(setting.fallback)])) as [Grid, Grid];
const setup = { grid, fallback, room: { capacity, ttlMs }, socket };
const keys = keysFor(capacity, valueBytes);

/** A full cache and its calls; empty if the peer is not available. Each peer has its own copy of the modules: V8 optimizes for it. */
async function fullPeer(name: PeerName) {
  const copy = encodeURIComponent(name);
  const own = { ...(await import(`./peers.ts?${copy}`)), ...(await import(`./loops.ts?${copy}`)) } as Own;
  const peer = await own.MAKERS[name](setup);
  if (!peer) return [];
  await peer.empty?.();
  for (const entries of portions(capacity, valueBytes)) await peer.setMany(entries);
  return [{ name, peer, asks: own.asksOf(peer, keys) }];
}

const all = (await Promise.all(PEERS.map(fullPeer))).flat();
globalThis.gc?.();

const times: CallTimes = {};
for (const call of CALLS) {
  if (call === "set, new") for (const { peer } of all) await peer.fence?.();
  const subjects = all.flatMap(({ name, asks }) => (asks[call] ? [{ name, ask: asks[call] }] : []));
  const micros = await measure(subjects, setting);
  times[call] = Object.fromEntries(subjects.map(({ name }, index) => [name, ((micros[index] as number) * 1000) / BATCH]));
}
for (const { peer } of all) await peer.end?.();
console.log(JSON.stringify(times));
