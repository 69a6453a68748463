// Accesses of code to addresses, as columns of numbers: a large addon has millions of events.

/** The target is code up to `take`, and a variable from `load` on. A store of n bytes is `store + n`. */
export const EVENT = { call: 1, testedCall: 2, jump: 3, take: 4, identify: 5, unknownCall: 6, load: 7, addressOf: 8, store: 9 };

/** The number of bytes that an event writes. */
export function widthOf(kind: number): number {
  return Math.max(0, kind - EVENT.store);
}

/** A list of events in the order of their decoding. */
export class Events {
  length = 0;
  #kinds = new Uint8Array(1 << 14);
  #sites = new Float64Array(1 << 14);
  #targets = new Float64Array(1 << 14);

  kind(index: number): number {
    return this.#kinds[index] as number;
  }

  site(index: number): number {
    return this.#sites[index] as number;
  }

  target(index: number): number {
    return this.#targets[index] as number;
  }

  setKind(index: number, kind: number): void {
    this.#kinds[index] = kind;
  }

  add(kind: number, site: number, target: number): void {
    if (this.length === this.#kinds.length) this.#grow();
    this.#kinds[this.length] = kind;
    this.#sites[this.length] = site;
    this.#targets[this.length] = target;
    this.length += 1;
  }

  /** Calls for each event with its index, kind and target. */
  forEach(call: (index: number, kind: number, target: number) => void): void {
    for (let index = 0; index < this.length; index += 1) call(index, this.#kinds[index] as number, this.#targets[index] as number);
  }

  #grow(): void {
    const grown = <T extends Uint8Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#kinds = grown(this.#kinds, new Uint8Array(this.length * 2));
    this.#sites = grown(this.#sites, new Float64Array(this.length * 2));
    this.#targets = grown(this.#targets, new Float64Array(this.length * 2));
  }
}
