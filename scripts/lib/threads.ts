// Threads that start on demand and are reused: each answers one question at a time.
import { once } from "node:events";
import { parentPort, Worker, workerData, type ResourceLimits } from "node:worker_threads";
import { packError, unpackError, type SentError } from "./thread-error.ts";

type Answer<R> = { value: R } | { error: SentError };

export type Threads<Q, R> = {
  /** Asks an idle thread, or a new one. */
  ask(question: Q): Promise<R>;
  /** Terminates all threads, busy ones too. */
  end(): Promise<void>;
};

export type ThreadOptions = {
  /** Passed to each thread at its start. */
  data: unknown;
  limits: ResourceLimits;
  /** Rejects all questions. */
  signal: AbortSignal;
};

/** Threads that run a file which calls `answerQuestions`; its source is named, and a bundle has a .js file in the place of a .ts file. */
export function startThreads<Q, R>(source: URL, { data, limits, signal }: ThreadOptions): Threads<Q, R> {
  const file = import.meta.url.endsWith(".ts") ? source : new URL(source.href.replace(/\.ts$/, ".js"));
  const all: Worker[] = [];
  const idle: Worker[] = [];
  const start = () => {
    const thread = new Worker(file, { workerData: data, resourceLimits: limits });
    all.push(thread);
    return thread;
  };
  return {
    ask: async (question) => {
      // A rejected caller may ask the next question at once: no thread must start for it.
      signal.throwIfAborted();
      // The thread that was busy last: its memory is reused first.
      const thread = idle.pop() ?? start();
      thread.postMessage(question);
      const [answer] = (await once(thread, "message", { signal })) as [Answer<R>];
      idle.push(thread);
      if ("error" in answer) throw unpackError(answer.error);
      return answer.value;
    },
    end: async () => {
      await Promise.all(all.map((thread) => thread.terminate()));
    },
  };
}

/** In a thread: answers every question with `work`, which gets the data of the thread. */
export function answerQuestions<Q, D, R>(work: (question: Q, data: D) => Promise<R>): void {
  const answer = async (question: Q): Promise<Answer<R>> => {
    try {
      return { value: await work(question, workerData as D) };
    } catch (error) {
      return { error: packError(error) };
    }
  };
  parentPort?.on("message", async (question: Q) => parentPort?.postMessage(await answer(question)));
}
