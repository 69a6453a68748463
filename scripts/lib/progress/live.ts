// The renderer for terminals: one live line per running step and one for the total, below the lines that stay.
// log-update draws, since it only draws: listr2 wants to own the steps, ora has one line, and cli-progress is not developed any more.
import type { createLogUpdate } from "log-update";
import { liveBlock } from "./screen.ts";
import type { Paint, Renderer } from "./renderer.ts";
import { describeTask, describeTotal, type Items, type Task } from "./task.ts";

type LogUpdate = ReturnType<typeof createLogUpdate>;

/** Twice a second: the lines have whole seconds. */
const FRAME_MS = 500;
/** The prompt of a shell, and at least one line that stays. */
const OTHER_ROWS = 2;

export type LiveOptions = {
  paint: Paint;
  /** Removes the live lines; nothing is drawn after it. */
  signal: AbortSignal;
};

/** Draws on a terminal. The module that draws is loaded with the first frame: a command that ends before it does not pay for it. */
export function liveRenderer(stream: NodeJS.WriteStream, { paint, signal }: LiveOptions): Renderer {
  const started = performance.now();
  const tasks = new Set<Task>();
  const items = new Set<Items>();
  let expected: number | undefined;
  let draw: LogUpdate | undefined;
  let timer: NodeJS.Timeout | undefined;
  const load = async () => {
    const { createLogUpdate } = await import("log-update");
    draw ??= createLogUpdate(stream);
  };
  const frame = () => {
    if (timer === undefined) return;
    // A single step says the same about itself.
    const hasTotal = tasks.size > 1 || items.size > 0 || expected !== undefined;
    const total = hasTotal ? describeTotal(items, (performance.now() - started) / 1000, expected) : undefined;
    draw?.(blockText([...tasks], total, stream, paint));
  };
  const tick = async () => {
    if (!draw) await load();
    frame();
  };
  const stop = () => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    liveBlock.current = undefined;
    draw?.clear();
    // It shows the cursor again.
    draw?.done();
  };
  const hide = (task: Task) => {
    tasks.delete(task);
    if (tasks.size === 0) stop();
    else frame();
  };
  signal.addEventListener("abort", stop, { once: true });
  return {
    paint,
    line: (text) => liveBlock.above(() => stream.write(`${text}\n`)),
    show: (task) => {
      if (signal.aborted) return;
      tasks.add(task);
      timer ??= setInterval(tick, FRAME_MS).unref();
      liveBlock.current = { clear: () => draw?.clear(), draw: frame };
    },
    hide,
    showItems: (one) => void items.add(one),
    hideItems: (one) => void items.delete(one),
    expect: (seconds) => (expected = seconds),
  };
}

/** The live lines, cut to the terminal; steps that do not fit are counted. */
function blockText(tasks: Task[], total: string | undefined, { columns = 80, rows = 24 }: NodeJS.WriteStream, paint: Paint): string {
  const fitting = tasks.slice(0, Math.max(1, rows - OTHER_ROWS - 2));
  const widths = { step: widest(fitting.map(({ step }) => step)), subject: widest(fitting.map(({ subject }) => subject)) };
  const cut = (text: string) => (text.length < columns ? text : `${text.slice(0, columns - 2)}…`);
  const lines = fitting.map((task) => {
    const text = cut(describeTask(task, widths));
    return task.progress.waitingFor === undefined ? text : paint("yellow", text);
  });
  const hidden = tasks.length - fitting.length;
  const bottom = [hidden > 0 ? `${hidden} more` : undefined, total].filter((text) => text !== undefined).join(", ");
  return [...lines, ...(bottom === "" ? [] : [paint("dim", cut(`  ${bottom}`))])].join("\n");
}

const widest = (texts: string[]) => Math.max(...texts.map(({ length }) => length));
