// The reporter: what steps say becomes lines, running steps and recorded times.
import { formatSeconds, type Progress, type Recorded, type Reporter, type Running } from "../reporter.ts";
import type { Renderer } from "./renderer.ts";
import type { Task } from "./task.ts";
import { noTimes, type Times } from "./times.ts";

/** A reporter that shows everything on a renderer; `times` has the estimates. */
export function createReporter(renderer: Renderer, times: Times = noTimes): Reporter {
  const { paint } = renderer;
  const line = (mark: string, ...parts: (string | undefined)[]) => renderer.line(`${mark} ${parts.filter(Boolean).join(" ")}`);
  return {
    done: (step, subject, seconds, note) => line(paint("green", "✓"), step, subject, formatSeconds(seconds), note),
    skipped: (step, subject, reason) => line("-", step, subject, `skipped: ${reason}`),
    failed: (step, subject, seconds, note) => line(paint("red", "✗"), step, subject, formatSeconds(seconds), note),
    note: (text) => line(" ", text),
    begin: (step, subject, recorded) => beginTask(step, subject, recorded, renderer, times),
    tally: (of, unit) => {
      const items = { unit, done: 0, of };
      renderer.showItems(items);
      return { add: () => void (items.done += 1), end: () => renderer.hideItems(items) };
    },
    expect: renderer.expect,
  };
}

function beginTask(step: string, subject: string, recorded: Recorded | undefined, renderer: Renderer, times: Times): Running {
  const clock = createClock();
  const estimate = recorded && !recorded.byCount ? times.find(recorded.key)?.seconds : undefined;
  const task: Task = {
    step,
    subject,
    progress: {},
    worked: clock.worked,
    waited: clock.waited,
    ...(estimate === undefined ? {} : { estimate }),
  };
  // What there was to do at the first count: cargo counts units that are up to date as done.
  let work: number | undefined;
  renderer.show(task);
  return {
    update: (progress: Progress) => {
      task.progress = progress;
      clock.wait(progress.waitingFor !== undefined);
      const { count } = progress;
      if (!recorded?.byCount || work !== undefined || count?.of === undefined) return;
      work = count.of - count.done;
      const found = times.find(recorded.key, work)?.seconds;
      if (found !== undefined) task.estimate = found;
    },
    waited: clock.waited,
    end: (succeeded, bytes) => {
      renderer.hide(task);
      clock.wait(false);
      if (!succeeded || !recorded) return;
      times.add(recorded.key, {
        seconds: Math.round(clock.worked() * 10) / 10,
        ...(work === undefined ? {} : { work }),
        ...(bytes === undefined ? {} : { bytes }),
      });
    },
  };
}

/** Seconds of work and of waiting since now. */
function createClock(): { worked(): number; waited(): number; wait(waits: boolean): void } {
  const started = performance.now();
  let before = 0;
  let since: number | undefined;
  const waited = () => (before + (since === undefined ? 0 : performance.now() - since)) / 1000;
  return {
    waited,
    worked: () => (performance.now() - started) / 1000 - waited(),
    wait: (waits) => {
      if (since !== undefined && !waits) before += performance.now() - since;
      since = waits ? (since ?? performance.now()) : undefined;
    },
  };
}
