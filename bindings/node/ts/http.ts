import { createRequire } from "node:module";
import type { Worker } from "node:worker_threads";
import { ArgumentError } from "./errors.ts";
import { lacking } from "./features.ts";
import { addon } from "./loader.ts";

const require = createRequire(import.meta.url);

let worker: Worker | undefined;

/**
 * Starts the thread that sends the requests of `http.send`, unless this thread has started one. It ends with the thread that started it,
 * and keeps no process alive.
 */
export function startHttpClient(): void {
  if (worker !== undefined) return;
  if (addon().httpWorker === undefined) throw lacking("network");
  // The bundler writes it there, beside ts/.
  const started = new (workerClass())(require.resolve("../lib/http-worker.js"), { execArgv: [] });
  started.unref();
  // The next engine starts another one.
  const forget = (): void => {
    if (worker === started) worker = undefined;
  };
  started.on("error", forget);
  started.on("exit", forget);
  worker = started;
}

/** Loaded when it is needed: the hosts of JavaScript on boards without Node have no threads. */
function workerClass(): typeof Worker {
  try {
    return (require("node:worker_threads") as typeof import("node:worker_threads")).Worker;
  } catch (error) {
    throw new ArgumentError("the option allow.httpSend needs worker threads, which this JavaScript runtime lacks", { cause: error });
  }
}
