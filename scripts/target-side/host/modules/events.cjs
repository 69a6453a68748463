// node:events.

class EventEmitter {
  #listeners = new Map();
  #limit;

  /** Adds an entry; `once` entries leave at their first call. */
  #add(name, listener, { once = false, first = false } = {}) {
    if (typeof listener !== "function") {
      const error = new TypeError(
        `The "listener" argument must be of type function. Received ${listener === null ? "null" : typeof listener}`,
      );
      error.code = "ERR_INVALID_ARG_TYPE";
      throw error;
    }
    if (this.#listeners.has("newListener")) this.emit("newListener", name, listener);
    const entries = this.#listeners.get(name) ?? [];
    const entry = { listener, once };
    this.#listeners.set(name, first ? [entry, ...entries] : [...entries, entry]);
    return this;
  }
  on(name, listener) {
    return this.#add(name, listener);
  }
  addListener(name, listener) {
    return this.#add(name, listener);
  }
  once(name, listener) {
    return this.#add(name, listener, { once: true });
  }
  prependListener(name, listener) {
    return this.#add(name, listener, { first: true });
  }
  prependOnceListener(name, listener) {
    return this.#add(name, listener, { once: true, first: true });
  }
  off(name, listener) {
    const entries = this.#listeners.get(name) ?? [];
    const index = entries.findLastIndex((entry) => entry.listener === listener);
    if (index < 0) return this;
    const rest = entries.toSpliced(index, 1);
    if (rest.length > 0) this.#listeners.set(name, rest);
    else this.#listeners.delete(name);
    if (this.#listeners.has("removeListener")) this.emit("removeListener", name, listener);
    return this;
  }
  removeListener(name, listener) {
    return this.off(name, listener);
  }
  removeAllListeners(name) {
    if (name === undefined) this.#listeners.clear();
    else this.#listeners.delete(name);
    return this;
  }
  emit(name, ...values) {
    const entries = this.#listeners.get(name) ?? [];
    if (entries.length === 0 && name === "error") {
      if (values[0] instanceof Error) throw values[0];
      const error = new Error(`Unhandled error. (${String(values[0])})`);
      error.code = "ERR_UNHANDLED_ERROR";
      error.context = values[0];
      throw error;
    }
    for (const { listener, once } of entries) {
      if (once) this.off(name, listener);
      Reflect.apply(listener, this, values);
    }
    return entries.length > 0;
  }
  listeners(name) {
    return (this.#listeners.get(name) ?? []).map(({ listener }) => listener);
  }
  rawListeners(name) {
    return this.listeners(name);
  }
  listenerCount(name) {
    return this.#listeners.get(name)?.length ?? 0;
  }
  eventNames() {
    return [...this.#listeners.keys()];
  }
  setMaxListeners(limit) {
    this.#limit = limit;
    return this;
  }
  getMaxListeners() {
    return this.#limit ?? EventEmitter.defaultMaxListeners;
  }
}

/** Old classes call the constructor as a function: `EventEmitter.call(this)`. */
const callable = new Proxy(EventEmitter, {
  apply(_target, self) {
    // A private field comes only with construction, so that such an object gets its methods from an emitter of its own.
    const emitter = new EventEmitter();
    for (const name of Object.getOwnPropertyNames(EventEmitter.prototype)) {
      if (name === "constructor") continue;
      const value = (...values) => {
        const result = emitter[name](...values);
        return result === emitter ? self : result;
      };
      Object.defineProperty(self, name, { value, configurable: true, writable: true });
    }
  },
});
Object.defineProperty(EventEmitter.prototype, "constructor", { value: callable, configurable: true, writable: true });

EventEmitter.defaultMaxListeners = 10;

/** A promise of the values of the next event; 'error' rejects it. */
EventEmitter.once = (emitter, name) =>
  new Promise((resolve, reject) => {
    const fail = (error) => {
      emitter.off(name, succeed);
      reject(error);
    };
    const succeed = (...values) => {
      emitter.off("error", fail);
      resolve(values);
    };
    emitter.once(name, succeed);
    if (name !== "error") emitter.once("error", fail);
  });

EventEmitter.EventEmitter = callable;
module.exports = callable;
