// Threads that are started when they are first needed and used again: one question to a thread, one answer back.
import { once } from "node:events";
import { parentPort, Worker, workerData, type ResourceLimits } from "node:worker_threads";
import { packError, unpackError, type SentError } from "./thread-error.ts";

type Answer<R> = { value: R } | { error: SentError };

export type Threads<Q, R> = {
  /** Asks a thread that has nothing to do, or a new one. */
  ask(question: Q): Promise<R>;
  /** Ends all at once, whatever they do. */
  end(): Promise<void>;
};

export type ThreadOptions = {
  /** What each thread is given at its start. */
  data: unknown;
  limits: ResourceLimits;
  /** Makes whatever was asked reject. */
  signal: AbortSignal;
};

/** Threads that run a file which calls `answerQuestions`. */
export function startThreads<Q, R>(file: URL, { data, limits, signal }: ThreadOptions): Threads<Q, R> {
  const all: Worker[] = [];
  const idle: Worker[] = [];
  const start = () => {
    const thread = new Worker(file, { workerData: data, resourceLimits: limits });
    all.push(thread);
    return thread;
  };
  return {
    ask: async (question) => {
      // Whoever is rejected may ask for the next at once: no thread is to be started for it.
      signal.throwIfAborted();
      // The one that was busy last: what it holds of memory is used again before another's.
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

/** In a thread: answers every question, with what the thread was given at its start. */
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
