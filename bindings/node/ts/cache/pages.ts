import { nativeCall } from "../addon-errors.ts";
import type { CacheStore, KeyPage } from "./store.ts";

/** Entries per call: enough that the call itself costs little, few enough that other threads wait for microseconds. */
const LIMIT = 256;

/** All keys of a store. `store` is called for each page and each key: it throws once the handle is closed. */
export function* keysOf(store: () => CacheStore): Generator<string, void, undefined> {
  for (const { keys } of pages((cursor) => store().keyPage(cursor, LIMIT))) {
    for (const key of keys) yield checked(key, store);
  }
}

/** All entries of a store. */
export function* entriesOf(store: () => CacheStore): Generator<[key: string, value: string | Buffer], void, undefined> {
  for (const { keys, values } of pages((cursor) => store().entryPage(cursor, LIMIT))) {
    for (const [index, key] of keys.entries()) yield checked([key, values[index]!], store);
  }
}

/** An item of a page, unless the handle was closed since the page was read. */
function checked<T>(item: T, store: () => CacheStore): T {
  store();
  return item;
}

/** Page after page. */
function* pages<T extends KeyPage>(read: (cursor: number) => T): Generator<T, void, undefined> {
  let cursor: number | undefined = 0;
  while (cursor !== undefined) {
    const from: number = cursor;
    const page = nativeCall(() => read(from));
    yield page;
    cursor = page.next;
  }
}
