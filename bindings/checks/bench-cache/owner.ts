// A thread that owns an lru-cache. Other threads ask it by messages: its parent directly, the others over ports that the parent sends.
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { LRUCache } from "lru-cache";

/** Capacity in entries, and time to live. */
export type Room = { capacity: number; ttlMs: number | undefined };
export type OwnerQuestion = { get: string[] } | { set: [key: string, value: string][] };
/** The value of a single key, a list for several keys; undefined for a set. */
export type OwnerAnswer = string | undefined | (string | undefined)[];

const { capacity, ttlMs } = workerData as Room;
const lru = new LRUCache<string, string>({ max: capacity, ...(ttlMs === undefined ? {} : { ttl: ttlMs }) });

function answer(question: OwnerQuestion): OwnerAnswer {
  if ("get" in question) return question.get.length === 1 ? lru.get(question.get[0] as string) : question.get.map((key) => lru.get(key));
  for (const [key, value] of question.set) lru.set(key, value);
  return undefined;
}

parentPort?.on("message", (message: OwnerQuestion | { port: MessagePort }) => {
  if (!("port" in message)) return parentPort?.postMessage(answer(message));
  const { port } = message;
  port.on("message", (question: OwnerQuestion) => port.postMessage(answer(question)));
});
