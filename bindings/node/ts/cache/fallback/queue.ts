import type { Drained, StoreReason, StoreSubscription } from "../store.ts";

/** Bytes of keys that a queue holds per event of its capacity, as in the addon. */
const KEY_BYTES = 256;

/** A bounded queue of events that wakes its reader at the first event. */
export class Queue implements StoreSubscription {
  readonly #capacity: number;
  readonly #wake: () => void;
  readonly #onEnd: (queue: Queue) => void;
  #events: { key: string; reason: StoreReason }[] = [];
  #keyBytes = 0;
  #dropped = 0;

  constructor(capacity: number, wake: () => void, onEnd: (queue: Queue) => void) {
    this.#capacity = capacity;
    this.#wake = wake;
    this.#onEnd = onEnd;
  }

  push(key: string, reason: StoreReason): void {
    const first = this.#events.length === 0 && this.#dropped === 0;
    const keyBytes = this.#keyBytes + Buffer.byteLength(key);
    if (this.#events.length < this.#capacity && keyBytes <= this.#capacity * KEY_BYTES) {
      this.#events.push({ key, reason });
      this.#keyBytes = keyBytes;
    } else this.#dropped += 1;
    if (first) setImmediate(this.#wake);
  }

  drain(max: number): Drained {
    const events = this.#events.splice(0, max);
    for (const { key } of events) this.#keyBytes -= Buffer.byteLength(key);
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { keys: events.map(({ key }) => key), reasons: events.map(({ reason }) => reason), dropped };
  }

  end(): void {
    this.#events = [];
    this.#onEnd(this);
  }
}
