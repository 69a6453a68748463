// What a reporter shows its lines and its running steps on. This one is for logs: lines, and a heartbeat for long steps.
import { describeTask, type Items, type Task } from "./task.ts";

/** Colours a text, or returns it as it is. */
export type Paint = (color: "green" | "red" | "yellow" | "dim", text: string) => string;

export type Renderer = {
  paint: Paint;
  /** Writes a line that stays. */
  line(text: string): void;
  /** Shows a step until `hide`; its progress changes meanwhile. */
  show(task: Task): void;
  hide(task: Task): void;
  /** Shows how many items have ended, until `hideItems`. */
  showItems(items: Items): void;
  hideItems(items: Items): void;
  /** Shows how long everything will take. */
  expect(seconds: number): void;
};

const HEARTBEAT_MS = 30_000;

/** Writes each line once, and every 30 s a line for each step that still runs: a log that stands still looks like a hang. */
export function plainRenderer(write: (text: string) => void, paint: Paint = (_color, text) => text): Renderer {
  const timers = new Map<Task, NodeJS.Timeout>();
  const nothing = () => {};
  return {
    paint,
    line: (text) => write(`${text}\n`),
    show: (task) => void timers.set(task, setInterval(() => write(`${describeTask(task)}\n`), HEARTBEAT_MS).unref()),
    hide: (task) => {
      clearInterval(timers.get(task));
      timers.delete(task);
    },
    showItems: nothing,
    hideItems: nothing,
    expect: nothing,
  };
}
