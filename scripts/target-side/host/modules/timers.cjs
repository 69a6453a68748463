// Timers, immediates, and the queue of process.nextTick. The event loop calls them by hooks.

const LONGEST = 2 ** 31 - 1;
const promisifyCustom = Symbol.for("nodejs.util.promisify.custom");

const milliseconds = () => Number(natives.now()) / 1e6;

let order = 0;
/** Timers by the order of their time; few in a smoke script. */
let timers = [];
let immediates = [];

/** What keeps the process running, unless it is unreferenced. */
class Referenced {
  isReferenced = true;
  ref() {
    this.isReferenced = true;
    return this;
  }
  unref() {
    this.isReferenced = false;
    return this;
  }
  hasRef() {
    return this.isReferenced;
  }
}

class Timeout extends Referenced {
  constructor(run, delay, values, repeats) {
    super();
    this.run = run;
    this.values = values;
    this.delay = delay >= 1 && delay <= LONGEST ? Math.trunc(delay) : 1;
    this.repeats = repeats;
    this.id = ++order;
    start(this);
  }
  refresh() {
    stop(this);
    start(this);
    return this;
  }
  close() {
    stop(this);
    return this;
  }
  [Symbol.toPrimitive]() {
    return this.id;
  }
  [Symbol.dispose]() {
    stop(this);
  }
}

function start(timer) {
  timer.due = milliseconds() + timer.delay;
  const index = timers.findLastIndex(({ due }) => due <= timer.due);
  timers.splice(index + 1, 0, timer);
}

function stop(timer) {
  timers = timers.filter((one) => one !== timer);
}

class Immediate extends Referenced {
  constructor(run, values) {
    super();
    this.run = run;
    this.values = values;
    immediates.push(this);
  }
}

function check(run) {
  if (typeof run === "function") return;
  const error = new TypeError(`The "callback" argument must be of type function. Received ${run === null ? "null" : typeof run}`);
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
}

const find = (timer) => (typeof timer === "object" ? timer : timers.find(({ id }) => id === Number(timer)));

function setTimeout(run, delay, ...values) {
  check(run);
  return new Timeout(run, delay, values, false);
}
function setInterval(run, delay, ...values) {
  check(run);
  return new Timeout(run, delay, values, true);
}
function setImmediate(run, ...values) {
  check(run);
  return new Immediate(run, values);
}
function clearTimeout(timer) {
  const found = find(timer);
  if (!found) return;
  found.repeats = false;
  stop(found);
}
function clearImmediate(immediate) {
  if (!immediate) return;
  immediate.run = undefined;
  immediates = immediates.filter((one) => one !== immediate);
}

/** Promises of timers; a signal ends the wait. */
const wait = (begin, end) => (value, signal) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = begin(() => resolve(value));
    signal?.addEventListener("abort", () => {
      end(timer);
      reject(signal.reason);
    });
  });
exports.promises = {
  setTimeout: (delay, value, { signal } = {}) => wait((run) => setTimeout(run, delay), clearTimeout)(value, signal),
  setImmediate: (value, { signal } = {}) => wait(setImmediate, clearImmediate)(value, signal),
  scheduler: { wait: (delay, options) => exports.promises.setTimeout(delay, undefined, options) },
};
setTimeout[promisifyCustom] = exports.promises.setTimeout;
setImmediate[promisifyCustom] = exports.promises.setImmediate;

exports.timers = {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval: clearTimeout,
  setImmediate,
  clearImmediate,
  promises: exports.promises,
};

let ticks = [];
let rejections = new Map();
/** Set by process.cjs. */
exports.handlers = { fail: undefined, rejected: undefined };

exports.nextTick = (run, ...values) => {
  check(run);
  ticks.push({ run: run, values: values });
};

/** Runs a callback; its exception is uncaught. */
function call(entry, self) {
  try {
    Reflect.apply(entry.run, self, entry.values);
  } catch (error) {
    exports.handlers.fail(error);
  }
}

/** Runs nextTick callbacks, and microtasks after each round of them. */
function tick() {
  do {
    while (ticks.length > 0) {
      const round = ticks;
      ticks = [];
      for (const entry of round) call(entry, undefined);
    }
    natives.runJobs();
    if (ticks.length === 0 && rejections.size > 0) {
      const round = rejections;
      rejections = new Map();
      for (const [promise, reason] of round) exports.handlers.rejected(reason, promise);
    }
  } while (ticks.length > 0);
}

/**
 * Runs the timers that are due, and the immediates. Returns the milliseconds until the next timer; without anything that keeps the process
 * alive -1, or -2 minus the milliseconds until a timer that does not.
 */
function turn() {
  const now = milliseconds();
  while (timers.length > 0 && timers[0].due <= now) {
    const timer = timers.shift();
    call(timer, timer);
    if (timer.repeats && !timers.includes(timer)) start(timer);
    tick();
  }
  const round = immediates;
  immediates = [];
  for (const immediate of round) {
    if (!immediate.run) continue;
    call(immediate, immediate);
    tick();
  }
  if (immediates.some(({ isReferenced }) => isReferenced)) return 0;
  if (timers.length === 0) return immediates.length > 0 ? -2 : -1;
  const left = immediates.length > 0 ? 0 : Math.max(0, Math.ceil(timers[0].due - milliseconds()));
  return timers.some(({ isReferenced }) => isReferenced) ? left : -2 - left;
}

/** Whether a timer or immediate keeps the process alive. */
exports.isAlive = () => [...timers, ...immediates].some(({ isReferenced }) => isReferenced);
exports.tick = tick;

natives.setHook("tick", tick);
natives.setHook("turn", turn);
natives.setHook("rejection", (promise, reason, isHandled) => {
  if (isHandled) rejections.delete(promise);
  else rejections.set(promise, reason);
});
