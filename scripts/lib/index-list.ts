// A list of numbers that grows: a quarter of the memory of an array of numbers, and it is not copied to become a typed array.

const FIRST_SIZE = 1024;

export class IndexList {
  #items = new Uint32Array(FIRST_SIZE);
  #length = 0;

  /** Appends a number from 0 to 2³² - 1. */
  push(index: number): void {
    if (this.#length === this.#items.length) {
      const longer = new Uint32Array(Math.ceil(this.#length * 1.5));
      longer.set(this.#items);
      this.#items = longer;
    }
    this.#items[this.#length] = index;
    this.#length += 1;
  }

  /** The numbers so far, without a copy. */
  get items(): Uint32Array {
    return this.#items.subarray(0, this.#length);
  }
}
