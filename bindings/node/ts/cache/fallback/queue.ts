import type { Drained, StoreReason, StoreSubscription } from "../store.ts";

/** A bounded queue of events, which wakes its reader when the first comes in. */
export class Queue implements StoreSubscription {
  readonly #capacity: number;
  readonly #wake: () => void;
  readonly #onEnd: (queue: Queue) => void;
  #events: { key: string; reason: StoreReason }[] = [];
  #dropped = 0;

  constructor(capacity: number, wake: () => void, onEnd: (queue: Queue) => void) {
    this.#capacity = capacity;
    this.#wake = wake;
    this.#onEnd = onEnd;
  }

  push(key: string, reason: StoreReason): void {
    if (this.#events.length >= this.#capacity) {
      this.#dropped += 1;
      return;
    }
    if (this.#events.push({ key, reason }) === 1) setImmediate(this.#wake);
  }

  drain(max: number): Drained {
    const events = this.#events.splice(0, max);
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { keys: events.map(({ key }) => key), reasons: events.map(({ reason }) => reason), dropped };
  }

  end(): void {
    this.#events = [];
    this.#onEnd(this);
  }
}
