/** The part of @boardkit/grid that the benchmark uses: the package may not be built when the benchmark is compiled. */
export type Grid = { Cache: (new (options: object) => GridCache) & { open(name: string, options: object): GridCache } };

export type GridCache = {
  get(key: string): unknown;
  getBuffer(key: string): unknown;
  set(key: string, value: string): void;
  getMany(keys: string[]): unknown[];
  setMany(entries: [key: string, value: string][]): void;
  fetch(key: string, compute: () => string): Promise<unknown>;
  close(): void;
};
