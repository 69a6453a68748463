// Child processes that answer questions one at a time. A crash or a hang is an answer too, and the next question gets a new process.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** An answer, or how the process ended. */
type WorkerAnswer<R> = { value: R } | { ended: string };

export type Workers<Q, R> = {
  ask(question: Q): Promise<WorkerAnswer<R>>;
  end(): Promise<void>;
};

export type WorkerOptions = {
  /** The number of processes side by side. */
  size: number;
  /** The time limit of an answer. */
  silenceMs: number;
  args: string[];
  signal: AbortSignal;
};

const MEMORY_MB = 4096;

/** Processes that run a file which calls `answerParent`; each starts when it is first needed. */
export function startWorkers<Q, R>(file: URL, { size, silenceMs, args, signal }: WorkerOptions): Workers<Q, R> {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const queue: (() => void)[] = [];
  let busy = 0;

  const start = () => {
    // --expose-gc: V8 frees dropped engines when it collects, and their native memory alone does not start a collection.
    const execArgv = ["--expose-gc", `--max-old-space-size=${MEMORY_MB}`, "--disable-warning=ExperimentalWarning"];
    const child = fork(file, args, { execArgv, serialization: "advanced", signal, stdio: ["ignore", "inherit", "pipe", "ipc"] });
    // "close" handles the kill by the signal.
    child.on("error", () => undefined);
    all.add(child);
    child.once("close", () => all.delete(child));
    return child;
  };

  const turn = async () => {
    if (busy >= size) await new Promise<void>((resolve) => queue.push(resolve));
    busy += 1;
  };
  const done = () => {
    busy -= 1;
    queue.shift()?.();
  };

  return {
    ask: async (question) => {
      await turn();
      try {
        signal.throwIfAborted();
        const child = idle.pop() ?? start();
        const answer = await askOne<Q, R>(child, question, silenceMs);
        signal.throwIfAborted();
        if ("value" in answer) idle.push(child);
        return answer;
      } finally {
        done();
      }
    },
    end: async () => {
      await Promise.all(
        [...all].map(async (child) => {
          const closed = once(child, "close");
          child.kill("SIGKILL");
          await closed;
        }),
      );
    },
  };
}

function askOne<Q, R>(child: ChildProcess, question: Q, silenceMs: number): Promise<WorkerAnswer<R>> {
  return new Promise((resolve) => {
    let hung = false;
    let errors = "";
    const timer = setTimeout(() => {
      hung = true;
      child.kill("SIGKILL");
    }, silenceMs);
    const finish = (answer: WorkerAnswer<R>) => {
      clearTimeout(timer);
      child.removeAllListeners("message");
      child.removeListener("close", onClose);
      child.stderr?.removeAllListeners("data");
      resolve(answer);
    };
    const onClose = (code: number | null, by: string | null) =>
      finish({ ended: hung ? `no answer within ${silenceMs / 1000} s` : `${by ?? `exit ${code}`} ${errors.slice(-600)}`.trim() });
    child.stderr?.on("data", (bytes: Buffer) => (errors = (errors + bytes.toString()).slice(-2000)));
    child.on("message", (message) => finish(message as WorkerAnswer<R>));
    child.once("close", onClose);
    // If the process has just ended, "close" handles it.
    child.send(question as object, () => undefined);
  });
}

/** In a child process: answers every question of the parent. An error of `work` ends the process. */
export function answerParent<Q, R>(work: (question: Q) => R | Promise<R>): void {
  process.on("message", (question: Q) => {
    void (async () => {
      const value = await work(question);
      process.send?.({ value });
    })();
  });
}

/** In a child process: frees dropped objects and their native memory. */
export async function collectGarbage(): Promise<void> {
  (globalThis as { gc?: () => void }).gc?.();
  await new Promise((resolve) => setImmediate(resolve));
}
